package booking

import (
	"time"

	"khadamat/internal/market/catalog"
	"khadamat/internal/money"
)

// terms are what a policy gives back to a customer who cancels: everything until freeFor before the start, then latePercent.
type terms struct {
	freeFor     time.Duration
	latePercent int64
}

// A late cancellation under the flexible policy gives back as much as under the moderate one: flexible is nowhere worse than
// moderate, and moderate nowhere worse than strict.
var policies = map[catalog.Policy]terms{
	catalog.Flexible: {freeFor: 2 * time.Hour, latePercent: 50},
	catalog.Moderate: {freeFor: 24 * time.Hour, latePercent: 50},
	catalog.Strict:   {freeFor: 72 * time.Hour, latePercent: 0},
}

// FreeUntil is the last moment at which the customer may cancel and get everything back.
func (b *Booking) FreeUntil() time.Time { return b.Start.Add(-policies[b.Policy].freeFor) }

// RefundIfCancelled is what the customer would get back if side cancelled now: everything for a request and when the provider
// cancels, else what the policy in force at booking time says.
func (b *Booking) RefundIfCancelled(side Side, now time.Time) (money.Amount, error) {
	if b.Status == Requested || side == ProviderSide || !now.After(b.FreeUntil()) {
		return b.Price, nil
	}
	return b.Price.Percent(policies[b.Policy].latePercent)
}
