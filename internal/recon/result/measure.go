package result

// Tally is what a match holds of each side.
type Tally struct {
	Counts  [MostSides]int   // records
	Amounts [MostSides]int64 // their sum in minor units, of sides whose amounts count with the other sign with that sign turned round
}

// Add counts a record in. Of a side with the opposite sign the amount is turned round.
func (t *Tally) Add(side Side, minor int64, opposite bool) {
	t.Counts[side]++
	if opposite {
		minor = -minor
	}
	t.Amounts[side] += minor
}

// Measure returns the shape of a match that agrees, the amount of its first side, and how far that of the side lies apart which differs most
// from it. Where there are more than two sides, the fullest of the others tells the shape. It is an Offset where one side alone has records: the
// difference is what is left of them then.
func (t *Tally) Measure() (shape Kind, amount, difference int64) {
	lead, others := -1, 0
	for side, n := range t.Counts {
		switch {
		case n == 0:
			continue
		case lead < 0:
			lead = side
			continue
		}
		others = max(others, n)
		if apart := t.Amounts[lead] - t.Amounts[side]; magnitude(apart) > magnitude(difference) {
			difference = apart
		}
	}
	switch {
	case lead < 0:
		return Offset, 0, 0
	case others == 0:
		return Offset, t.Amounts[lead], t.Amounts[lead]
	}
	return Shape(t.Counts[lead], others), t.Amounts[lead], difference
}

func magnitude(n int64) int64 { return max(n, -n) }
