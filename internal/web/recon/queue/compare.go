package queue

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/workspace"
)

// piece is a stretch of a value; Differs says that the other side's value has something else there.
type piece struct {
	Text    string
	Differs bool
}

// cell is one side's value in a comparison.
type cell struct {
	Column string
	Pieces []piece
}

// line compares what two records say about one thing.
type line struct {
	Label       string // the role, empty for columns that have no counterpart
	Left, Right *cell  // nil: that side has no such column
	Differs     bool
}

// order is in which people compare: when, how much, what reference, who, what for.
var order = []record.Role{record.DateRole, record.Amount, record.Currency, record.Reference, record.ID, record.Counterparty, record.Description}

// about is what a column tells of; debits and credits are amounts.
func about(role record.Role) record.Role {
	switch role {
	case record.Debit, record.Credit:
		return record.Amount
	}
	return role
}

// compare puts the values of two records face to face by what they are about. Columns without a counterpart come last, one by one; empty
// ones are left out.
func compare(ctx context.Context, left, right *workspace.Record) []line {
	takenLeft, takenRight := make([]bool, len(left.Values)), make([]bool, len(right.Values))
	var lines []line
	for _, role := range order {
		for first := true; ; first = false {
			i, j := untaken(left.Values, takenLeft, role), untaken(right.Values, takenRight, role)
			if i < 0 || j < 0 {
				break
			}
			takenLeft[i], takenRight[j] = true, true
			a, b := left.Values[i], right.Values[j]
			differs := a.Differ || b.Differ
			// What has a meaning is compared by it and shown in one form: files write the same day and the same amount in many ways.
			if x, y, ok := meant(ctx, role, left, right); ok && first {
				a.Value, b.Value, differs = x, y, x != y
			}
			lines = append(lines, lineOf(roleName(ctx, role), a, b, differs))
		}
	}
	for i, v := range left.Values {
		if !takenLeft[i] && v.Value != "" {
			lines = append(lines, line{Left: &cell{v.Column, []piece{{Text: v.Value}}}})
		}
	}
	for j, v := range right.Values {
		if !takenRight[j] && v.Value != "" {
			lines = append(lines, line{Right: &cell{v.Column, []piece{{Text: v.Value}}}})
		}
	}
	return lines
}

func lineOf(label string, a, b workspace.Value, differs bool) line {
	l := line{Label: label, Differs: differs, Left: &cell{Column: a.Column}, Right: &cell{Column: b.Column}}
	if differs {
		l.Left.Pieces, l.Right.Pieces = differing(a.Value, b.Value)
	} else {
		l.Left.Pieces, l.Right.Pieces = []piece{{Text: a.Value}}, []piece{{Text: b.Value}}
	}
	return l
}

// meant are the day or the amount of two records as the house writes them, where both have one.
func meant(ctx context.Context, role record.Role, left, right *workspace.Record) (a, b string, ok bool) {
	switch role {
	case record.DateRole:
		a, b = shortDay(ctx, left.Date), shortDay(ctx, right.Date)
	case record.Amount:
		a, b = amount(ctx, left.Amount), amount(ctx, right.Amount)
	}
	return a, b, a != "" && b != ""
}

// untaken is the first value about a role that has no counterpart yet, -1 where there is none.
func untaken(values []workspace.Value, taken []bool, role record.Role) int {
	for i, v := range values {
		if !taken[i] && v.Value != "" && about(v.Role) == role {
			return i
		}
	}
	return -1
}

func roleName(ctx context.Context, role record.Role) string {
	return said(ctx, roleKeys[role], string(role))
}

const (
	// maxDiffRunes bounds the work of comparing two values letter by letter.
	maxDiffRunes = 400
	// fewestCommon is the share of common letters below which marking single letters would confuse more than it says.
	fewestCommon = 0.4
	// shortestCommon is how many letters in a row count as common.
	shortestCommon = 2
)

// differing cuts two values into what they have in common, whatever the case, and what they have not: letter by letter where they are as long,
// so that digits that changed places are marked on both sides, else by the longest common subsequence.
func differing(a, b string) (left, right []piece) {
	x, y := []rune(a), []rune(b)
	if len(x) > maxDiffRunes || len(y) > maxDiffRunes {
		return []piece{{a, a != b}}, []piece{{b, a != b}}
	}
	enough := fewestCommon * float64(max(len(x), len(y)))
	if len(x) == len(y) {
		if same, count := inPlace(x, y); float64(count) >= enough {
			return pieces(x, same), pieces(y, same)
		}
	}
	commonX, commonY, common := subsequence(x, y)
	if float64(common) < enough {
		return []piece{{a, true}}, []piece{{b, true}}
	}
	return pieces(x, commonX), pieces(y, commonY)
}

// inPlace says which letters of two texts of one length are the same, and how many.
func inPlace(x, y []rune) (same []bool, count int) {
	same = make([]bool, len(x))
	for i := range x {
		if same[i] = unicode.ToLower(x[i]) == unicode.ToLower(y[i]); same[i] {
			count++
		}
	}
	return same, count
}

// subsequence says which letters belong to the longest common subsequence of two texts, and how long it is.
func subsequence(x, y []rune) (inX, inY []bool, length int) {
	width := len(y) + 1
	longest := make([]int, (len(x)+1)*width)
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if unicode.ToLower(x[i]) == unicode.ToLower(y[j]) {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	inX, inY = make([]bool, len(x)), make([]bool, len(y))
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case unicode.ToLower(x[i]) == unicode.ToLower(y[j]):
			inX[i], inY[j] = true, true
			i, j = i+1, j+1
		case longest[(i+1)*width+j] >= longest[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return inX, inY, longest[0]
}

// pieces joins letters of the same kind. A common letter alone within what differs is chance, and counts as differing.
func pieces(text []rune, common []bool) []piece {
	common = slices.Clone(common)
	for from := 0; from < len(common); {
		to := from
		for to < len(common) && common[to] == common[from] {
			to++
		}
		if common[from] && from > 0 && to < len(common) && to-from < shortestCommon {
			for i := from; i < to; i++ {
				common[i] = false
			}
		}
		from = to
	}
	var list []piece
	var b strings.Builder
	for i, r := range text {
		if i > 0 && common[i] != common[i-1] {
			list = append(list, piece{b.String(), !common[i-1]})
			b.Reset()
		}
		b.WriteRune(r)
	}
	if b.Len() > 0 {
		list = append(list, piece{b.String(), !common[len(text)-1]})
	}
	return list
}
