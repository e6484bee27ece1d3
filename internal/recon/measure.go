package recon

import (
	"cmp"
	"slices"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// measure fills in a match's shape, amounts and days.
func (u *union) measure(m *result.Match) {
	var tally result.Tally
	first, last, dated := record.Day(0), record.Day(0), false
	currency, offset := money.Currency(""), int64(0)
	amounts := true
	for k, member := range m.Members {
		s := u.sides[member.Side]
		i := s.index(member.Row)
		amount := int64(0)
		if s.amounts == nil {
			amounts = false
		} else {
			if k == 0 {
				currency = s.currency(i)
			}
			amount = s.amounts[i]
			offset += max(amount, 0)
		}
		tally.Add(member.Side, amount, u.opposite[member.Side])
		if s.days != nil && s.days[i] != record.NoDay {
			if !dated {
				first, last, dated = s.days[i], s.days[i], true
			}
			first, last = min(first, s.days[i]), max(last, s.days[i])
		}
	}
	m.Days = int(last - first)
	shape, amount, difference := tally.Measure()
	if m.Kind == "" {
		m.Kind = shape
	}
	switch {
	case !amounts:
	case shape == result.Offset:
		m.Amount, m.Difference = money.Of(offset, currency), money.Of(0, currency)
	default:
		m.Amount, m.Difference = money.Of(amount, currency), money.Of(difference, currency)
	}
}

func magnitude(n int64) int64 { return max(n, -n) }

// passes counts what each pass found, in the order in which they were run: what was settled before comes first.
func (u *union) passes() []result.Pass {
	var passes []result.Pass
	at := map[string]int{}
	pass := func(name, kind string) *result.Pass {
		i, ok := at[name]
		if !ok {
			i = len(passes)
			at[name] = i
			passes = append(passes, result.Pass{Name: name, Kind: kind})
		}
		return &passes[i]
	}
	for i := range u.matches {
		if u.matches[i].Pass == result.SettledPass {
			pass(result.SettledPass, result.SettledPass)
			break
		}
	}
	for _, o := range u.outcomes {
		for _, p := range o.Passes {
			pass(p.Name, p.Kind).Took += p.Took
		}
	}
	for i := range u.matches {
		m := &u.matches[i]
		p := pass(m.Pass, result.SettledPass)
		p.Matches++
		p.Records += len(m.Members)
	}
	return passes
}

// sums counts each side's records and adds up their amounts.
func (u *union) sums(r *result.Result) {
	for k, s := range u.sides {
		sums := map[money.Currency]*result.Sums{}
		for i := range s.set.Len() {
			currency, minor := money.Currency(""), int64(0)
			if s.amounts != nil {
				currency, minor = s.currency(i), s.amounts[i]
			}
			sum := sums[currency]
			if sum == nil {
				sum = &result.Sums{Side: result.Side(k), Currency: string(currency)} //nolint:gosec // eight at most
				sums[currency] = sum
			}
			add := func(to *result.Sum) { to.Count, to.Minor = to.Count+1, to.Minor+minor }
			add(&sum.In)
			at := u.at[k][i]
			if at == 0 {
				add(&sum.Open)
				continue
			}
			switch m := &r.Matches[at-1]; {
			case m.Status == result.Suggested:
				add(&sum.Suggested)
			case m.Kind == result.Offset:
				add(&sum.Offset)
			default:
				add(&sum.Matched)
				if m.Kind == result.Break {
					add(&sum.Break)
				}
			}
		}
		var own []result.Sums
		for _, sum := range sums {
			own = append(own, *sum)
		}
		slices.SortFunc(own, func(a, b result.Sums) int { return cmp.Compare(a.Currency, b.Currency) })
		r.Sums = append(r.Sums, own...)
	}
}
