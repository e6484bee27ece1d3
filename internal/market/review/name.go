package review

import (
	"strings"
	"unicode/utf8"
)

// ShortName is how a customer is called where everybody reads it: the first name and the first letter of the last. Of a name that was
// erased nothing is left.
func ShortName(name string) string {
	words := strings.Fields(name)
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
