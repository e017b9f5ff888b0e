package messages

import (
	"fmt"
	"strings"
	"unicode"
)

// josa is a value with the Korean particle that its last sound asks for. The
// particle is given in both forms, the one after a final consonant first:
// 을/를, 이/가, 은/는, 과/와, 으로/로, 이에요/예요, 이어야/여야.
func josa(forms string, v any) string {
	s := fmt.Sprint(v)
	after, bare, _ := strings.Cut(forms, "/")
	final := lastSound(s)
	// 로 follows ㄹ as it follows a vowel.
	if final == open || final == rieul && strings.HasPrefix(after, "으로") {
		return s + bare
	}
	return s + after
}

// sound is how a word ends.
type sound int

const (
	open   sound = iota // on a vowel
	closed              // on a consonant
	rieul               // on ㄹ
)

// lastSound tells how a word ends when it is read aloud in Korean. Signs at
// its end are not read: quotes, brackets, backquotes.
func lastSound(s string) sound {
	runes := []rune(s)
	for len(runes) > 0 && !unicode.IsLetter(runes[len(runes)-1]) && !unicode.IsDigit(runes[len(runes)-1]) {
		runes = runes[:len(runes)-1]
	}
	if len(runes) == 0 {
		return open
	}
	switch last := runes[len(runes)-1]; {
	case last >= '가' && last <= '힣':
		switch (last - '가') % 28 {
		case 0:
			return open
		case 8:
			return rieul
		}
		return closed
	case last >= 'ㄱ' && last <= 'ㅎ':
		return closed
	case last >= '0' && last <= '9':
		return digitSound(runes)
	case last < unicode.MaxASCII:
		return latinSound(strings.ToLower(lastWord(runes)))
	}
	return open
}

// digitSound: 영 일 이 삼 사 오 육 칠 팔 구; a number that ends in 0 ends in 십,
// 백, 천 or 만, all on a consonant.
func digitSound(runes []rune) sound {
	switch runes[len(runes)-1] {
	case '1', '7', '8':
		return rieul
	case '0', '3', '6':
		return closed
	}
	return open
}

// lastWord is the letters at the end.
func lastWord(runes []rune) string {
	i := len(runes)
	for i > 0 && runes[i-1] < unicode.MaxASCII && unicode.IsLetter(runes[i-1]) {
		i--
	}
	return string(runes[i:])
}

// latinSound guesses how a Latin word ends in Korean. A word without a vowel
// is spelled out (db is 디비, html is 에이치티엠엘); others are read as English
// is written down in Korean: web 웹, front 프론트, volume 볼륨, nginx 엔진엑스.
func latinSound(w string) sound {
	if sound, ok := readings[w]; ok {
		return sound
	}
	if !strings.ContainsAny(w, "aeiouy") || len(w) == 1 {
		return letterSound(w[len(w)-1])
	}
	vowel := func(i int) bool { return i >= 0 && strings.IndexByte("aeiouy", w[i]) >= 0 }
	n := len(w) - 1
	end := w[n]
	if end == 'e' && n >= 2 {
		// A silent e leaves the consonant before it at the end.
		switch {
		case w[n-1] == 'l':
			return rieul // file, simple
		case (w[n-1] == 'm' || w[n-1] == 'n') && vowel(n-2):
			return closed // name, line
		}
		return open // node, image, database
	}
	switch end {
	case 'l':
		return rieul
	case 'm', 'n':
		return closed
	case 'g':
		if n > 0 && w[n-1] == 'n' {
			return closed // ping
		}
	case 'k':
		if n > 0 && w[n-1] == 'c' {
			return closed // stack
		}
		if n > 1 && vowel(n-1) {
			return closed // book
		}
	case 'b', 'p', 't', 'c':
		// After one short vowel: web, app, net, public; not after two: wait.
		if vowel(n-1) && !vowel(n-2) {
			return closed
		}
		if n > 1 && w[n-1] == end {
			return closed // app
		}
	}
	return open
}

// letterSound is how a letter's own name ends: 엘 엠 엔 알.
func letterSound(c byte) sound {
	switch c {
	case 'l', 'r':
		return rieul
	case 'm', 'n':
		return closed
	}
	return open
}

// readings are words that don't follow the rules and come often.
var readings = map[string]sound{
	"nginx": open, "true": open, "false": open, "mysql": rieul, "sql": rieul, "postgresql": rieul,
	"bind": open, "root": open, "site": open, "note": open, "notes": open, "cache": open,
	"volume": closed, "alpine": closed, "one": closed, "online": closed,
	"test": open, "api": open, "url": rieul, "html": rieul, "yaml": rieul, "yml": rieul,
	"default": open, "script": open, "rm": closed, "ip": open, "id": open, "tcp": open, "udp": open, "cpu": open,
	"memo": open, "data": open, "always": open, "exit": open, "group": open, "default_network": open,
}
