package ui

import (
	"hash/fnv"
	"strings"
	"unicode"
)

// palette are the pairs of ground and figure that avatars are drawn in. The letters stand on the ground at 4.5:1 or better.
var palette = [...]struct{ ground, figure, ink string }{
	{"#ffe3c7", "#ffc48f", "#7a2e06"},
	{"#d7ece3", "#a9d6c3", "#15523d"},
	{"#dbe9f2", "#aecde0", "#1b4a63"},
	{"#f9dcd3", "#f2b5a3", "#7e2413"},
	{"#efe2f0", "#d8bedb", "#5a2f61"},
	{"#f4e9c8", "#e4cf8c", "#5d4700"},
	{"#dfe6d3", "#bccca3", "#3c4f1b"},
	{"#e3dff3", "#c1b8e3", "#3e3178"},
}

// avatarOf says how the avatar of an id is drawn, always the same for the same id.
func avatarOf(id string) (ground, figure, ink string, turn int) {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(id))
	n := sum.Sum32()
	// The high bits: those of FNV's low end differ little between ids that differ little.
	chosen := palette[(n>>20)%uint32(len(palette))]
	return chosen.ground, chosen.figure, chosen.ink, int(n>>8) % 45
}

// Initials returns one or two letters that stand for a name: of a person's the first of the first and of the last word. Arabic ones
// are kept apart by a thin space, since they would else join into a word.
func Initials(name string) string {
	var letters []rune
	words := strings.Fields(name)
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	for _, word := range words {
		// The Arabic article belongs to nearly every family name and tells none apart.
		if bare, ok := strings.CutPrefix(word, "ال"); ok && bare != "" {
			word = bare
		}
		for _, c := range word {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				letters = append(letters, unicode.ToUpper(c))
				break
			}
		}
	}
	if len(letters) == 2 && (unicode.Is(unicode.Arabic, letters[0]) || unicode.Is(unicode.Arabic, letters[1])) {
		return string(letters[0]) + "\u200c\u2009" + string(letters[1])
	}
	return string(letters)
}
