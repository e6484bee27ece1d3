package app

import (
	"context"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/notify"
	"khadamat/internal/platform/db"
)

// accountPost hands what accounts have to tell to those who write letters.
type accountPost struct{ *notify.Service }

// localZone is the one that letters about accounts tell times in.
const localZone = "Africa/Casablanca"

// Post enqueues a letter as part of tx.
func (p accountPost) Post(ctx context.Context, tx *db.Tx, letter account.Letter) error {
	args := make(map[string]notify.Value, len(letter.Words)+len(letter.Moments))
	for name, words := range letter.Words {
		args[name] = notify.Words(words)
	}
	for name, at := range letter.Moments {
		args[name] = notify.Moment(at, localZone)
	}
	return p.Tell(ctx, tx, notify.Notice{Letters: []notify.Letter{{
		AccountID: letter.AccountID, Address: letter.Address, Template: notify.Template(letter.Template), Args: args,
	}}})
}

// laterStandings is the catalog's part in a person's standing, filled in once there is a catalog.
type laterStandings struct{ catalog *catalog.Catalog }

// SetStanding takes what the person offers off the market, or puts it back.
func (s *laterStandings) SetStanding(ctx context.Context, tx *db.Tx, accountID string, standing account.Standing) error {
	return s.catalog.SetStanding(ctx, tx, accountID, statusOf[standing])
}

var statusOf = map[account.Standing]catalog.Status{account.Good: catalog.Active, account.Suspended: catalog.Suspended, account.Banned: catalog.Banned}
