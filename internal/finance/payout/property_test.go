package payout_test

import (
	"testing"

	"pgregory.net/rapid"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
)

// job is a booking in the model.
type job struct {
	id    string
	who   int
	price money.Amount
	share int64 // of the provider
}

// model knows what everybody has earned, without a ledger: what was credited less what was taken back.
type model struct {
	*world
	people  []account.Actor
	jobs    []job
	earned  []int64
	batches []string
}

// TestNobodyIsPaidMoreThanTheyEarned plays random weeks: jobs by card and in cash, refunds, disputes, batches that are prepared and sent, paid
// and returned, in any order. At every moment, what somebody was sent and not returned is no more than what they had earned when it was sent.
func TestNobodyIsPaidMoreThanTheyEarned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now := clock.NewManual(dbtest.Start)
		m := &model{world: newWorld(t, dbtest.SQLite(t, now), now)}
		for _, name := range []string{"Hamid", "Lina", "Omar"} {
			m.people, m.earned = append(m.people, m.earner(name)), append(m.earned, 0)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"card": func(rt *rapid.T) {
				who, price := rapid.IntRange(0, 2).Draw(rt, "who"), money.Of(rapid.Int64Range(5000, 90000).Draw(rt, "price"), money.MAD)
				share := must(price.Sub(must(price.Percent(12)))).Minor
				m.jobs = append(m.jobs, job{m.world.earned(m.people[who], price), who, price, share})
				m.earned[who] += share
			},
			"cash": func(rt *rapid.T) {
				who, price := rapid.IntRange(0, 2).Draw(rt, "who"), money.Of(rapid.Int64Range(5000, 90000).Draw(rt, "price"), money.MAD)
				m.cash(m.people[who], price)
				m.earned[who] -= must(price.Percent(12)).Minor
			},
			"refund": func(rt *rapid.T) {
				if len(m.jobs) == 0 {
					return
				}
				at := rapid.IntRange(0, len(m.jobs)-1).Draw(rt, "job")
				j := m.jobs[at]
				m.refunded(m.people[j.who], j.id, j.price)
				m.jobs = append(m.jobs[:at], m.jobs[at+1:]...)
				m.earned[j.who] -= j.share
			},
			"dispute": func(rt *rapid.T) {
				who := rapid.IntRange(0, 2).Draw(rt, "who")
				delete(m.disputes, m.of(m.people[who]))
				for _, j := range m.jobs {
					if j.who == who && rapid.Bool().Draw(rt, "argued") {
						m.disputes[m.of(m.people[who])] = append(m.disputes[m.of(m.people[who])], j.id)
					}
				}
			},
			"night":   func(*rapid.T) { m.nextDay() },
			"monday":  func(*rapid.T) { m.prepare(true) },
			"prepare": func(*rapid.T) { m.prepare(false) },
			"send":    func(rt *rapid.T) { m.send(rt) },
			"settle":  func(rt *rapid.T) { m.settle(rt) },
			"":        func(rt *rapid.T) { m.check(rt) },
		})
	})
}

func (m *model) prepare(weekly bool) {
	if weekly {
		_, err := m.payouts.PrepareDue(m.Context())
		m.must(err)
	} else if _, err := m.payouts.Prepare(m.Context(), m.finance); errs.CodeOf(err) != errs.Conflict {
		m.must(err)
	}
	page, err := m.payouts.Batches(m.Context(), m.finance, "", 100)
	m.must(err)
	m.batches = nil
	for _, b := range page.Items {
		if !b.Sent() {
			m.batches = append(m.batches, b.ID)
		}
	}
}

// send sends a batch, and checks that nobody who was sent money owes the house afterwards.
func (m *model) send(rt *rapid.T) {
	if len(m.batches) == 0 {
		return
	}
	at := rapid.IntRange(0, len(m.batches)-1).Draw(rt, "batch")
	id := m.batches[at]
	m.batches = append(m.batches[:at], m.batches[at+1:]...)
	_, err := m.payouts.Send(m.Context(), m.reviewer, id)
	m.must(err)
	_, payouts, err := m.payouts.Batch(m.Context(), m.finance, id)
	m.must(err)
	for _, p := range payouts {
		if p.Status == payout.Sent && m.balance(ledger.PayableTo(p.ProviderID)) > 0 {
			rt.Fatalf("%s was sent %v and owes the house now", p.ProviderName, p.Amount)
		}
	}
}

// settle has the bank pay a payout, and perhaps send it back.
func (m *model) settle(rt *rapid.T) {
	page, err := m.payouts.Payouts(m.Context(), m.finance, payout.Filter{Status: payout.Sent, Limit: 100})
	m.must(err)
	if len(page.Items) == 0 {
		return
	}
	p := page.Items[rapid.IntRange(0, len(page.Items)-1).Draw(rt, "payout")]
	back := rapid.Bool().Draw(rt, "back")
	m.tx(func(tx *db.Tx) error {
		if _, _, err := m.payouts.Paid(m.Context(), tx, p.EndToEndID, payout.BankLine{Amount: money.Of(-p.Amount.Minor, money.MAD)}); err != nil || !back {
			return err
		}
		_, err := m.payouts.Return(m.Context(), tx, p.EndToEndID, m.finance.ID, payout.BankLine{Amount: p.Amount})
		return err
	})
	if back {
		for _, who := range m.people {
			m.paidOn(who)
		}
	}
}

// check compares the ledger with the model: what is owed is what was earned less what was sent and did not come back.
func (m *model) check(rt *rapid.T) {
	page, err := m.payouts.Payouts(m.Context(), m.finance, payout.Filter{Limit: 100})
	m.must(err)
	for i, who := range m.people {
		paid := int64(0)
		for _, p := range page.Items {
			if p.ProviderID == m.of(who) && (p.Status == payout.Sent || p.Status == payout.Paid) {
				paid += p.Amount.Minor
			}
		}
		if owed := -m.balance(ledger.PayableTo(m.of(who))); owed != m.earned[i]-paid {
			rt.Fatalf("%s has earned %d and got %d, but is owed %d", m.providers[who.ID].Name, m.earned[i], paid, owed)
		}
	}
}
