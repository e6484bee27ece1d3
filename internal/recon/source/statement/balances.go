package statement

import (
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/source"
)

// Balances are what one statement of a file stands between.
type Balances struct {
	Account       string // as the bank writes it
	Number        string
	Opening       money.Amount
	Closing       money.Amount
	From, Through time.Time // days of the two balances; zero where they are not said
}

// BalancesOf returns the balances of a file's statements in their order, for those that were read to their end and have both. It is for sources
// that Open returned; of others nothing is known.
func BalancesOf(s source.Source) []Balances {
	from, ok := s.(*stream)
	if !ok {
		return nil
	}
	if d, ok := from.decoder.(interface{ balances() []Balances }); ok {
		return d.balances()
	}
	return nil
}

func (d *camt) balances() []Balances { return d.ended }

func (d *swift) balances() []Balances { return d.ended }

// maxBalances bounds how many statements of a file are remembered.
const maxBalances = 1 << 12

// remember keeps the balances of a statement that ended.
func remember(all []Balances, b Balances) []Balances {
	if len(all) >= maxBalances {
		return all
	}
	return append(all, b)
}
