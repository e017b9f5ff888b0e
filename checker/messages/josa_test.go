package messages

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestJosa(t *testing.T) {
	tests := []struct{ word, forms, want string }{
		// Hangul: by the final consonant; 로 after ㄹ.
		{"볼륨", "을/를", "볼륨을"},
		{"컨테이너", "이/가", "컨테이너가"},
		{"파일", "으로/로", "파일로"},
		{"값", "으로/로", "값으로"},
		{"엔진", "이에요/예요", "엔진이에요"},
		{"이미지", "이에요/예요", "이미지예요"},
		{"네트워크", "이어야/여야", "네트워크여야"},
		{"안", "과/와", "안과"},
		// Latin: as the word is read in Korean.
		{"notes", "을/를", "notes를"},
		{"web", "을/를", "web을"},
		{"writer", "이/가", "writer가"},
		{"nginx", "은/는", "nginx는"},
		{"busybox", "은/는", "busybox는"},
		{"front", "이/가", "front가"},
		{"volume", "이/가", "volume이"},
		{"alpine", "이/가", "alpine이"},
		{"file", "으로/로", "file로"},
		{"shell", "으로/로", "shell로"},
		{"app", "이/가", "app이"},
		{"db", "이/가", "db가"},
		{"html", "으로/로", "html로"},
		{"npm", "을/를", "npm을"},
		{"running", "이에요/예요", "running이에요"},
		{"stack", "이/가", "stack이"},
		{"book", "이/가", "book이"},
		{"wait", "을/를", "wait를"},
		{"image", "이/가", "image가"},
		{"node", "이/가", "node가"},
		{"database", "이/가", "database가"},
		{"m", "이/가", "m이"},
		{"s", "이/가", "s가"},
		{"NAME", "이/가", "NAME이"},
		{"app.js", "을/를", "app.js를"},
		{"memo.txt", "을/를", "memo.txt를"},
		// Digits, as numbers end.
		{"0", "으로/로", "0으로"},
		{"1", "으로/로", "1로"},
		{"2", "이/가", "2가"},
		{"3", "이/가", "3이"},
		{"8080:80", "이/가", "8080:80이"},
		{"137", "으로/로", "137로"},
		{"exited 0", "으로/로", "exited 0으로"},
		// Signs at the end are not read.
		{"`web`", "을/를", "`web`을"},
		{"볼륨(notes)", "을/를", "볼륨(notes)를"},
		{"/data/", "이/가", "/data/가"},
		{"", "이/가", "가"},
		{"…", "이/가", "…가"},
	}
	for _, tt := range tests {
		if got := josa(tt.forms, tt.word); got != tt.want {
			t.Errorf("josa(%q, %q) = %q, want %q", tt.forms, tt.word, got, tt.want)
		}
	}
}

func TestAge(t *testing.T) {
	c := New(FS)
	tests := []struct {
		ago    time.Duration
		ko, en string
	}{
		{-time.Minute, "방금", "just now"},
		{2 * time.Second, "방금", "just now"},
		{40 * time.Second, "40초 전", "40 s ago"},
		{3*time.Minute + 50*time.Second, "3분 전", "3 min ago"},
		{26 * time.Hour, "26시간 전", "26 h ago"},
		{72 * time.Hour, "3일 전", "3 days ago"},
	}
	for _, tt := range tests {
		if got := c.Age("ko", tt.ago); got != tt.ko {
			t.Errorf("Age(ko, %v) = %q, want %q", tt.ago, got, tt.ko)
		}
		if got := c.Age("en", tt.ago); got != tt.en {
			t.Errorf("Age(en, %v) = %q, want %q", tt.ago, got, tt.en)
		}
	}
}

func TestCatalogue(t *testing.T) {
	if err := New(FS).Check(); err != nil {
		t.Error(err)
	}
}

func TestCheckFindsFaults(t *testing.T) {
	c := New(fstest.MapFS{
		"ko.yaml": {Data: []byte("a: '{{.X}}'\nonly:\n  ko: 하나\n")},
		"en.yaml": {Data: []byte("a: '{{.Y}}'\nbroken: '{{.X'\n")},
	})
	err := c.Check()
	if err == nil {
		t.Fatal("no fault was found")
	}

	for _, line := range []string{"en.yaml lacks \"only.ko\"", "ko.yaml lacks \"broken\"", "uses the values [X] in ko.yaml and [Y] in en.yaml"} {
		if !strings.Contains(err.Error(), line) {
			t.Errorf("Check() = %v, want it to say %q", err, line)
		}
	}
}

func TestSayUnknown(t *testing.T) {
	if got := New(FS).Say("ko", "no.such.id", nil); got != "no.such.id" {
		t.Errorf("Say of an unknown id = %q", got)
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "`a`", "a`b": "`` a`b ``", "a\nb": "\n    a\n    b\n"} {
		if got := code(in); got != want {
			t.Errorf("code(%q) = %q, want %q", in, got, want)
		}
	}
}
