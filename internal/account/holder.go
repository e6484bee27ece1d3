package account

import (
	"context"

	"khadamat/internal/platform/db"
)

// Holder is a domain that keeps something about people. Every domain that does is one, so that a person gets everything that is kept
// about them, and can be taken out of all of it.
type Holder interface {
	// Export returns everything that the domain keeps about an account, under the name that it has in the file the person gets. What
	// it returns goes through encoding/json; nil says that there is nothing.
	Export(ctx context.Context, accountID string) (name string, data any, err error)
	// Erase takes the person out of what the domain keeps, as part of tx. Records that others need (a booking, a review) stay, without
	// name, address and words of that person.
	Erase(ctx context.Context, tx *db.Tx, accountID string) error
}
