package recon

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"khadamat/internal/money"
	"khadamat/internal/recon/match"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// currencyOf is the currency of a side's amounts where it has one only: its own, or that of the other side where it names none.
func currencyOf(s, other *side) string {
	for _, from := range []*side{s, other} {
		if from.ccy == nil {
			continue
		}
		first := bytes.TrimSpace(from.ccy.At(0))
		for i := range from.ccy.Len() {
			if !bytes.Equal(bytes.TrimSpace(from.ccy.At(i)), first) {
				return ""
			}
		}
		return strings.ToUpper(string(first))
	}
	return ""
}

func (s *side) currency(i int) money.Currency {
	if s.ccy != nil {
		return money.Currency(strings.ToUpper(string(bytes.TrimSpace(s.ccy.At(i)))))
	}
	return money.Currency(s.file.Currency)
}

func (s *side) amount(i int) money.Amount {
	if s.amounts == nil {
		return money.Amount{}
	}
	return money.Of(s.amounts[i], s.currency(i))
}

// record shows a record by its row.
func (s *side) record(row int) result.Record {
	if row < 1 || row >= len(s.at) || s.at[row] == 0 {
		return result.Record{}
	}
	i := int(s.at[row] - 1)
	r := result.Record{Amount: s.amount(i)}
	if s.ids != nil {
		r.ID = string(s.ids.At(i))
	}
	if s.days != nil && s.days[i] != record.NoDay {
		r.Date = s.days[i].Time()
	}
	var words []string
	for k := range s.set.Columns {
		c := &s.set.Columns[k]
		value := string(bytes.TrimSpace(c.Values.At(i)))
		r.Original = append(r.Original, value)
		if value != "" && c.Profile.Type == record.Text && c.Profile.Role != record.ID && c.Profile.Role != record.Currency && &c.Values != s.ids {
			words = append(words, value)
		}
	}
	r.Text = strings.Join(words, " · ")
	return r
}

// fill turns what was found, by indexes into the sets, into matches, open records and sums, by rows.
func fill(r *result.Result, sides [2]*side, outcome *match.Outcome) {
	state := [2][]result.Status{make([]result.Status, sides[0].set.Len()), make([]result.Status, sides[1].set.Len())}
	var offset, broken [2][]bool
	for k, s := range sides {
		offset[k], broken[k] = make([]bool, s.set.Len()), make([]bool, s.set.Len())
	}
	for _, f := range outcome.Found {
		m := result.Match{ID: len(r.Matches) + 1, Kind: f.Kind, Status: f.Status, Pass: f.Pass, Confidence: f.Chance, Cause: f.Cause, Parts: f.Parts}
		first, last, dated := record.Day(0), record.Day(0), false
		var totals [2]int64
		for k, members := range [][]int{f.Left, f.Right} {
			s := sides[k]
			for _, i := range members {
				m.Members = append(m.Members, result.Member{Side: result.Side(k), Row: int(s.set.Rows[i])}) //nolint:gosec // 0 or 1
				state[k][i], offset[k][i], broken[k][i] = f.Status, f.Kind == result.Offset, f.Kind == result.Break
				if s.amounts != nil {
					totals[k] += s.amounts[i]
					if f.Kind == result.Offset && s.amounts[i] > 0 {
						m.Amount = s.amount(i)
					}
				}
				if s.days != nil && s.days[i] != record.NoDay {
					if !dated {
						first, last, dated = s.days[i], s.days[i], true
					}
					first, last = min(first, s.days[i]), max(last, s.days[i])
				}
			}
		}
		m.Days = int(last - first)
		if f.Kind != result.Offset && sides[0].amounts != nil && sides[1].amounts != nil {
			currency := sides[0].currency(f.Left[0])
			m.Amount, m.Difference = money.Of(totals[0], currency), money.Of(totals[0]-totals[1], currency)
		}
		r.Matches = append(r.Matches, m)
	}
	for k, s := range sides {
		sums := map[string]*result.Sums{}
		for i := range s.set.Len() {
			currency, minor := "", int64(0)
			if s.amounts != nil {
				currency, minor = string(s.currency(i)), s.amounts[i]
			}
			sum := sums[currency]
			if sum == nil {
				sum = &result.Sums{Side: result.Side(k), Currency: currency} //nolint:gosec // 0 or 1
				sums[currency] = sum
			}
			add := func(to *result.Sum) { to.Count, to.Minor = to.Count+1, to.Minor+minor }
			add(&sum.In)
			switch {
			case state[k][i] == "":
				add(&sum.Open)
				r.Open = append(r.Open, openRecord(sides, k, i, outcome))
			case state[k][i] == result.Suggested:
				add(&sum.Suggested)
			case offset[k][i]:
				add(&sum.Offset)
			default:
				add(&sum.Matched)
				if broken[k][i] {
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

// openRecord says why a record stays open.
func openRecord(sides [2]*side, k, i int, outcome *match.Outcome) result.Open {
	o := result.Open{Member: result.Member{Side: result.Side(k), Row: int(sides[k].set.Rows[i])}, Reason: "no_candidate"} //nolint:gosec // 0 or 1
	near := outcome.Nearest(k, i)
	if near == nil {
		return o
	}
	o.Reason = near.Reason
	o.Nearest = &result.Nearest{Member: result.Member{Side: result.Side(1 - k), Row: int(sides[1-k].set.Rows[near.Other])}, Confidence: near.Chance, Apart: near.Apart} //nolint:gosec // 0 or 1
	return o
}
