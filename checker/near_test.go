package checker

import "testing"

func TestKinName(t *testing.T) {
	tests := []struct{ want, got, why string }{
		{"notes", "notes", ""},
		{"notes", "note", nearOneLetter},
		{"notes", "ntoes", nearOneLetter}, // two exchanged
		{"notes", "nodes", nearOneLetter},
		{"notes", "Notes", nearCase},
		{"my-web", "my_web", nearSeparator},
		{"my-web", "myweb", nearSeparator},
		{"notes", "nots2", nearSimilar},
		{"web", "wxy", ""}, // two of three letters are other
		{"db", "api", ""},
		{"a", "b", ""}, // one letter says nothing
		{"web", "shop-web-1", nearComposeName},
		{"web", "shop_web_1", nearComposeName},
		{"notes", "stack_notes", nearComposeName},
		{"web", "web12", nearExtended},
		{"web", "website", ""},
		{"dockerfile", "Dockerfile.txt", nearExtended},
	}
	for _, tt := range tests {
		if why, _ := kinName(tt.want, tt.got); why != tt.why {
			t.Errorf("kinName(%q, %q) = %q, want %q", tt.want, tt.got, why, tt.why)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"나루", "나룻", 1},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}

func TestHasWhole(t *testing.T) {
	tests := []struct {
		text, want string
		whole      bool
	}{
		{"hello world", "hello", true},
		{"hellos", "hello", false},
		{"hellos hello", "hello", true},
		{"a-hello-b", "hello", true},
		{"안녕하세요", "안녕", true},
		{"v1.10", "v1.1", false},
		{"port 8080", "80", false},
		{"<h1>hi</h1>", "<h1>", true},
		{"", "x", false},
		{"x_y", "x", false},
	}
	for _, tt := range tests {
		if got := hasWhole(tt.text, tt.want); got != tt.whole {
			t.Errorf("hasWhole(%q, %q) = %v", tt.text, tt.want, got)
		}
	}
}

func TestSplitWords(t *testing.T) {
	tests := []struct {
		in   string
		want string // joined with |
	}{
		{"a b  c", "a|b|c"},
		{`sh -c "echo hi"`, "sh|-c|echo hi"},
		{`a 'b c' "d \"e\" f"`, `a|b c|d "e" f`},
		{`a\ b`, "a b"},
		{`"" x`, "|x"},
	}
	for _, tt := range tests {
		words, err := splitWords(tt.in)
		if err != nil {
			t.Errorf("splitWords(%q): %v", tt.in, err)
			continue
		}
		got := ""
		for i, w := range words {
			if i > 0 {
				got += "|"
			}
			got += w
		}
		if got != tt.want {
			t.Errorf("splitWords(%q) = %q, want %q", tt.in, got, tt.want)
		}
		again, err := splitWords(joinWords(words))
		if err != nil || len(again) != len(words) {
			t.Errorf("splitWords(joinWords(%q)) = %q, %v", words, again, err)
		}
	}
}

func TestInstruction(t *testing.T) {
	tests := []struct{ createdBy, want string }{
		{"RUN /bin/sh -c npm ci # buildkit", "RUN npm ci"},
		{"RUN |1 A=b /bin/sh -c npm ci # buildkit", "RUN npm ci"},
		{"RUN /bin/ash -eo pipefail -c npm ci # buildkit", "RUN npm ci"},
		{"/bin/sh -c npm ci", "RUN npm ci"},
		{"|1 A=b /bin/sh -c npm ci", "RUN npm ci"},
		{`/bin/sh -c #(nop)  CMD ["node" "app.js"]`, `CMD ["node","app.js"]`},
		{`CMD ["node" "app.js"]`, `CMD ["node","app.js"]`},
		{"COPY . . # buildkit", "COPY . ."},
		{"/bin/sh -c #(nop) WORKDIR /app", "WORKDIR /app"},
	}
	for _, tt := range tests {
		if got := instruction(tt.createdBy); got != tt.want {
			t.Errorf("instruction(%q) = %q, want %q", tt.createdBy, got, tt.want)
		}
	}
}

func TestMadeBy(t *testing.T) {
	tests := []struct {
		want, made string
		fits       bool
	}{
		{"COPY . .", "COPY . .", true},
		{"COPY . .", "COPY --chown=node . .", true},
		{"COPY --chown=node . .", "COPY . .", false},
		{"COPY package*.json ./", "COPY package*.json .", true},
		{"COPY package*.json ./", "COPY package.json .", true}, // a star is anything
		{"COPY . .", "COPY ./ ./", true},
		{"COPY . .", "COPY dir:12 in . ", true},
		{"COPY . .", "COPY dir:12 in /app ", true}, // the classic builder may resolve it
		{"COPY . /srv", "COPY dir:12 in /app ", false},
		{"COPY . .", "ADD . .", false},
		{"RUN npm ci", "RUN --mount=type=cache,target=/root/.npm npm ci", true},
		{"RUN npm ci", "RUN npm ci --omit=dev", false},
		{"RUN npm *", "RUN npm ci --omit=dev", true},
	}
	for _, tt := range tests {
		if got := madeBy(tt.want, tt.made); got != tt.fits {
			t.Errorf("madeBy(%q, %q) = %v", tt.want, tt.made, got)
		}
	}
}

func TestVersions(t *testing.T) {
	tests := []struct {
		want, have string
		holds      bool
	}{
		{">=20.10", "20.10.24", true},
		{">=20.10", "20.9", false},
		{">=20.10", "28.5.2", true},
		{">=20.10", "20.10.24+dfsg1", true},
		{"28.5", "28.5.2", true},
		{"28.5", "28.51", false},
		{">=20.10 <29", "29.0.0", false},
		{">2.0", "v2.0", false},
		{">=2.0", "v2.29.7", true},
		{">=2.0", "", false},
		{"<30", "29.9-rc.1", true},
	}
	for _, tt := range tests {
		r, err := parseVersions(tt.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.holds(tt.have); got != tt.holds {
			t.Errorf("%q holds %q: %v", tt.want, tt.have, got)
		}
	}
}
