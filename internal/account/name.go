package account

import (
	"strings"
	"unicode/utf8"
)

// ShortName is how a customer is called where everybody reads it: the first name and the first letter of the last. Of a name that was
// erased nothing is left.
func ShortName(name string) string {
	words := strings.Fields(name)
	if len(words) > 2 && opensName[words[0]] {
		words = append([]string{words[0] + " " + words[1]}, words[2:]...)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := words[len(words)-1]
	if bare, ok := strings.CutPrefix(last, "ال"); ok && bare != "" {
		last = bare
	}
	initial, _ := utf8.DecodeRuneInString(last)
	return words[0] + " " + string(initial) + "."
}

// opensName are the words that are no first name without the next one.
var opensName = map[string]bool{"عبد": true, "مولاي": true, "سيدي": true, "لالة": true, "Abd": true, "Moulay": true, "Sidi": true, "Lalla": true}
