package statement

import (
	"khadamat/internal/money"
	"khadamat/internal/recon/source"
)

// proof adds up the entries of a statement between its balances.
type proof struct {
	opening money.Amount
	opened  bool
	sum     money.Amount // of the entries
	entries int
	unknown bool // an entry could not be read or is in another currency: nothing can be proven
}

// open starts a proof. Without an opening balance it starts with a currency.
func (p *proof) open(opening money.Amount, opened bool) {
	zero := money.Of(0, opening.Currency)
	*p = proof{opening: opening, opened: opened, sum: zero}
}

// add counts an entry.
func (p *proof) add(amount money.Amount) {
	p.entries++
	sum, err := p.sum.Add(amount)
	if err != nil {
		p.unknown = true
		return
	}
	p.sum = sum
}

// doubt says that an entry could not be read.
func (p *proof) doubt() { p.unknown = true }

// closes checks that opening + entries = closing. An entry that was reported as unreadable leaves nothing to prove.
func (p *proof) closes(closing money.Amount, line int, field, value string) *source.Problem {
	if !p.opened || p.unknown {
		return nil
	}
	expected, err := p.opening.Add(p.sum)
	if err == nil && expected == closing {
		return nil
	}
	found := problem("recon_statement.balance", line, field, value)
	found.Args["Currency"] = string(closing.Currency)
	found.Args["Opening"] = decimalText(p.opening)
	found.Args["Entries"] = decimalText(p.sum)
	found.Args["Expected"] = decimalText(closing)
	found.Args["Found"] = decimalText(expected)
	return found
}

// control says that a control total of the file is not the sum of what it counts.
func control(expected, found money.Amount, line int, field, value string) *source.Problem {
	p := problem("recon_statement.control", line, field, value)
	p.Args["Expected"] = decimalText(expected)
	p.Args["Found"] = decimalText(found)
	p.Args["Currency"] = string(expected.Currency)
	return p
}
