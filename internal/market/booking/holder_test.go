package booking_test

import (
	"encoding/json"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/booking"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

func (m *market) erase(accountID string) error {
	return m.db.Tx(m.Context(), func(tx *db.Tx) error { return m.bookings.Erase(m.Context(), tx, accountID) })
}

func (m *market) exported(accountID string) string {
	m.Helper()
	name, data, err := m.bookings.Export(m.Context(), accountID)
	m.must(err)
	if name != "bookings" {
		m.Errorf("it is called %q", name)
	}
	if data == nil {
		return ""
	}
	text, err := json.Marshal(data)
	m.must(err)
	return string(text)
}

// withWords is a booking with an address, a note and, at its end, a reason.
func (m *market) withWords(who account.Actor) booking.Booking {
	m.Helper()
	b := m.do(m.bookings.Request(m.Context(), who, booking.Request{ServiceID: m.instant.ID, Start: m.at(10, 0), Address: "12, rue des Orangers", Note: "Le chien est gentil"}))
	return m.do(m.bookings.Cancel(m.Context(), who, b.ID, "Ma tante Zoubida est tombée malade"))
}

func TestBookingsStayWithoutThePersonWhoWasErased(t *testing.T) {
	each(t, func(m *market) {
		b := m.withWords(m.salma)
		m.must(m.erase(m.salma.ID))
		left, err := m.bookings.Booking(m.Context(), m.provider, b.ID)
		m.must(err)
		if left.Details.CustomerName != "Personne supprimée" || left.Details.Address != "" || left.Details.Note != "" {
			m.Errorf("the provider still reads %+v", left.Details)
		}
		if left.Status != b.Status || left.Price != b.Price || left.Details.ProviderName != "Plomberie Atlas" {
			m.Errorf("more than the person is gone: %+v", left)
		}
		for _, query := range []string{"SELECT count(*) FROM bookings WHERE details LIKE '%Salma%' OR details LIKE '%Orangers%' OR details LIKE '%chien%'",
			"SELECT count(*) FROM booking_events WHERE reason LIKE '%Zoubida%'"} {
			if m.count(query) != 0 {
				m.Errorf("something is left: %s", query)
			}
		}
	})
}

func TestAnErasedProviderLeavesTheirCustomersBookings(t *testing.T) {
	each(t, func(m *market) {
		b := m.withWords(m.salma)
		m.must(m.erase(m.provider.ID))
		left, err := m.bookings.Booking(m.Context(), m.salma, b.ID)
		m.must(err)
		if left.Details.ProviderName != "Personne supprimée" || left.Details.CustomerName != "Salma Bennani" || left.Details.Note != "Le chien est gentil" {
			m.Errorf("%+v", left.Details)
		}
	})
}

func TestWhoHasAnOpenBookingIsNotErased(t *testing.T) {
	each(t, func(m *market) {
		asked := m.booked(m.salma, m.request, m.at(10, 0))
		for _, side := range []account.Actor{m.salma, m.provider} {
			m.refused(m.erase(side.ID), errs.Conflict, "account.erase_bookings_open")
		}
		m.must(m.erase(m.youssef.ID))
		m.do(m.bookings.Cancel(m.Context(), m.salma, asked.ID, "plus besoin"))
		m.must(m.erase(m.salma.ID))
	})
}

func TestAnExportOfBookingsHoldsOnlyOnesOwnSide(t *testing.T) {
	each(t, func(m *market) {
		m.withWords(m.salma)
		m.do(m.bookings.Request(m.Context(), m.youssef, booking.Request{ServiceID: m.instant.ID, Start: m.at(14, 0), Address: "3, rue du Port", Note: "Sonner deux fois"}))
		salma, provider := m.exported(m.salma.ID), m.exported(m.provider.ID)
		for _, due := range []string{"12, rue des Orangers", "Le chien est gentil", "Zoubida", "Plomberie Atlas"} {
			if !strings.Contains(salma, due) {
				m.Errorf("Salma misses %s in %s", due, salma)
			}
		}
		for _, undue := range []string{"Youssef", "rue du Port", "Sonner"} {
			if strings.Contains(salma, undue) {
				m.Errorf("Salma gets %s", undue)
			}
		}
		if strings.Count(provider, `"as":"provider"`) != 2 || !strings.Contains(provider, "Youssef Alaoui") {
			m.Errorf("the provider gets %s", provider)
		}
		for _, undue := range []string{"Orangers", "rue du Port", "chien", "Sonner", "Zoubida"} {
			if strings.Contains(provider, undue) {
				m.Errorf("the provider gets a customer's %s", undue)
			}
		}
	})
}
