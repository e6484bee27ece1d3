// Package ids makes and checks the identifiers of everything that is stored: UUIDs of version 7, whose order is the order of
// their making, so that they are good keys on both databases.
package ids

import "github.com/google/uuid"

// New returns a fresh identifier in its canonical text form.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid says whether s is an identifier in canonical text form. What is not cannot be stored anywhere, so it is "not found".
func Valid(s string) bool {
	if len(s) != 36 {
		return false
	}
	parsed, err := uuid.Parse(s)
	return err == nil && parsed.String() == s
}
