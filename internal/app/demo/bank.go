package demo

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// returnedAt are the places, among the payouts of the last batch that the bank has paid, of those that came back.
var returnedAt = []int{2, 5}

// vault is what goes in and out at the bank, and what providers are sent.
type vault struct {
	*till
	accounts []payout.BankAccount
	batches  []payout.Batch
	payouts  []payout.Payout
	lines    map[schedule.Date][]proof.BankLine // of the house's account, by day
	files    []outside
}

// openVault gives nearly all providers a bank account.
func (t *till) openVault() *vault {
	v := &vault{till: t, lines: map[schedule.Date][]proof.BankLine{}}
	for _, p := range t.providers {
		if t.chance(4) && p.index != mainProvider {
			continue
		}
		at := p.row.CreatedAt.Add(time.Hour)
		v.accounts = append(v.accounts, payout.BankAccount{ID: v.id(at), ProviderID: p.row.ID, AccountID: p.account.ID, Holder: p.holder, IBAN: v.iban(), CreatedAt: at})
	}
	return v
}

// iban makes up an account of a Moroccan bank: the bank's and the town's number, sixteen digits, a key, and the check digits over all.
func (r *random) iban() string {
	banks := []string{"007", "011", "013", "021", "022", "145", "225", "230"}
	account := pick(r, banks) + fmt.Sprintf("%03d%016d", r.between(10, 980), r.Int64N(1e16))
	account += fmt.Sprintf("%02d", 97-modulo97(account+"00"))
	return fmt.Sprintf("MA%02d%s", 98-modulo97(account+"221000"), account) // ISO 13616: M is 22, A is 10, and zeros stand for the check digits
}

func modulo97(digits string) int64 {
	n, _ := new(big.Int).SetString(digits, 10) // they are digits
	return n.Mod(n, big.NewInt(97)).Int64()
}

// receive has the bank receive each day's batch on the day after.
func (v *vault) receive() {
	for _, day := range v.days() {
		total := money.Of(0, money.MAD)
		for _, line := range v.settled[day] {
			total.Minor += line.Gross.Minor - line.Fee.Minor
		}
		if v.swapped[day] {
			if wrong := swapDigits(total.Minor); wrong != 0 {
				batch := sandbox.BatchName(day.String())
				v.planted = append(v.planted, Planted{proof.BankDifference, batch, money.Of(wrong-total.Minor, total.Currency), day.AddDays(1)})
				total.Minor = wrong
			}
		}
		if received := day.AddDays(1); received.Before(v.today) {
			v.line(received, proof.BankLine{Amount: total, Reference: sandbox.BatchName(day.String()), Text: "VIR RECU SANDBOX PAIEMENTS"})
		}
	}
}

// line books a line on a day.
func (v *vault) line(day schedule.Date, line proof.BankLine) {
	line.AccountID, line.BookedOn = payout.DefaultHouse.IBAN, day.In(time.UTC)
	v.lines[day] = append(v.lines[day], line)
}

// payWeekly sends providers what they have earned by each Monday. The ledger's transactions are in order by then.
func (v *vault) payWeekly() {
	owed := map[string]int64{}
	account := map[string]*payout.BankAccount{}
	for i := range v.accounts {
		account[v.accounts[i].ProviderID] = &v.accounts[i]
	}
	next, posted := 0, v.posted
	for monday := v.firstMonday(); !v.today.Before(monday); monday = monday.AddDays(7) {
		through := monday.In(v.zone).UTC()
		for ; next < len(posted) && posted[next].At.Before(through); next++ {
			for _, p := range posted[next].Postings {
				if p.Account.Kind == ledger.ProviderPayable {
					owed[p.Account.Owner] -= p.Minor
				}
			}
		}
		v.payBatch(monday, through, owed, account)
	}
}

// payBatch sends one week's payouts: on Monday morning, debited on Tuesday. That of a Monday which is today is still to be made.
func (v *vault) payBatch(monday schedule.Date, through time.Time, owed map[string]int64, accounts map[string]*payout.BankAccount) {
	sent := through.Add(10*time.Hour + 12*time.Minute)
	if !sent.Before(v.now) {
		return
	}
	prepared := through.Add(6 * time.Hour)
	batch := payout.Batch{ID: v.id(prepared), Name: payout.BatchName(prepared, 1), Through: through, Total: money.Of(0, money.MAD),
		PreparedAt: prepared, SentAt: sent, SentBy: v.reviewerID()}
	paid := monday.AddDays(1)
	last := paid.AddDays(2).Before(v.today) && !paid.AddDays(9).Before(v.today)
	for _, p := range v.providers {
		to := accounts[p.row.ID]
		if to == nil || owed[p.row.ID] < payout.Minimum.Minor {
			continue
		}
		batch.Count++
		one := payout.Payout{ID: v.id(prepared), BatchID: batch.ID, ProviderID: p.row.ID, ProviderName: p.row.Name, BankAccountID: to.ID, Holder: to.Holder, IBAN: to.IBAN, Amount: money.Of(owed[p.row.ID], money.MAD),
			EndToEndID: payout.EndToEndID(batch.Name, batch.Count), Status: payout.Sent, At: prepared, SentAt: sent}
		batch.Total.Minor += one.Amount.Minor
		owed[p.row.ID] = 0
		v.post(payout.SentOf(one))
		if paid.Before(v.today) {
			one.Status, one.SettledAt = payout.Paid, paid.In(v.zone).UTC().Add(dayEnd)
			v.line(paid, proof.BankLine{Amount: money.Of(-one.Amount.Minor, money.MAD), Reference: one.EndToEndID, Text: "VIR EMIS " + one.Holder})
		}
		for _, at := range returnedAt {
			if last && batch.Count == at {
				back := paid.AddDays(2)
				v.line(back, proof.BankLine{Amount: one.Amount, Reference: one.EndToEndID, Text: "RETOUR VIR COMPTE CLOS", ReturnCode: "AC04"})
				v.planted = append(v.planted, Planted{proof.PayoutReturned, one.EndToEndID, one.Amount, back})
			}
		}
		v.payouts = append(v.payouts, one)
	}
	if batch.Count > 0 {
		v.batches = append(v.batches, batch)
	}
}

// dayEnd is when, in a day, its statement comes.
const dayEnd = 23*time.Hour + 50*time.Minute

func (v *vault) firstMonday() schedule.Date {
	day := v.calendar.first
	for day.Weekday() != time.Monday {
		day = day.AddDays(1)
	}
	return day
}

func (w *world) reviewerID() string {
	at := slices.IndexFunc(w.staff, func(a account.Account) bool { return a.Role == account.Reviewer })
	return w.staff[at].ID
}
