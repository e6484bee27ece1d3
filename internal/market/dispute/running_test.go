package dispute_test

import (
	"testing"

	"khadamat/internal/market/dispute"
	"khadamat/internal/platform/ids"
)

func TestTheBookingsOfRunningDisputesAreKnownUntilTheyAreDecided(t *testing.T) {
	each(t, func(m *market) {
		d := m.opened()
		running := func(providerID string) []string {
			m.Helper()
			found, err := m.disputes.RunningBookings(m.Context(), providerID)
			m.must(err)
			return found[d.ProviderID]
		}
		for _, providerID := range []string{"", d.ProviderID} {
			if got := running(providerID); len(got) != 1 || got[0] != d.BookingID {
				m.Errorf("of %q they are %v", providerID, got)
			}
		}
		if got := running(ids.New()); len(got) != 0 {
			m.Errorf("somebody else's are %v", got)
		}
		_, err := m.disputes.Decide(m.Context(), m.operator, d.ID, dispute.Decision{Refund: d.Price, Reason: "Le client a raison, tout compte fait."})
		m.must(err)
		if got := running(""); len(got) != 0 {
			m.Errorf("once decided they are %v", got)
		}
	})
}
