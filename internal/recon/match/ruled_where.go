package match

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/rules"
)

func (c *compiler) where(s *Step, where *rules.Where, path string) error {
	if where == nil {
		return nil
	}
	for k, conditions := range [2][]rules.Condition{where.Left, where.Right} {
		word := [2]string{rules.Left, rules.Right}[k]
		for i, condition := range conditions {
			test, err := c.test(k, condition, path+".where."+word+"["+strconv.Itoa(i)+"]")
			if err != nil {
				return err
			}
			s.Where[k] = append(s.Where[k], test)
		}
	}
	return nil
}

func (c *compiler) test(side int, condition rules.Condition, path string) (Test, error) {
	t := Test{Condition: condition}
	columns, err := c.columns(side, condition.Field, path)
	if err != nil {
		return t, err
	}
	t.Columns = columns
	switch condition.Op {
	case rules.Less, rules.AtMost, rules.More, rules.AtLeast:
		kind := c.sides[side].Columns[columns[0]].Profile.Type
		args := map[string]any{"Name": condition.Field, "Source": c.sides[side].Name}
		if number, ok := rules.Number(condition.Value[0]); ok {
			if t.As, t.Amount = AmountValues, number; kind != record.Number {
				return t, c.set.Problem(path, "recon_rules.not_amounts", args)
			}
			return t, nil
		}
		t.As = DayValues
		if t.Day, _ = rules.DayOf(condition.Value[0]); kind != record.Date {
			return t, c.set.Problem(path, "recon_rules.not_dates", args)
		}
	case rules.Matches:
		if t.Pattern, err = regexp.Compile(condition.Value[0]); err != nil {
			return t, c.set.Problem(path, "recon_rules.bad_pattern", map[string]any{"Detail": err.Error()})
		}
	default:
		for _, value := range condition.Value {
			t.Folded = append(t.Folded, string(appendFolded(nil, []byte(value))))
		}
	}
	return t, nil
}

// holds says whether a record's value passes.
func (t *Test) holds(v *values, i int) bool {
	switch t.As {
	case AmountValues:
		return v.known[i] && compares(t.Op, float64(v.minor[i]), t.Amount*minorPerUnit)
	case DayValues:
		return v.day[i] != record.NoDay && compares(t.Op, v.day[i], t.Day)
	}
	var room [256]byte
	if t.Pattern != nil {
		return t.Pattern.Match(v.raw(i, room[:0]))
	}
	text := string(appendFolded(room[:0], v.raw(i, nil)))
	switch t.Op {
	case rules.Empty:
		return text == ""
	case rules.Filled:
		return text != ""
	case rules.Is, rules.OneOf:
		return slices.Contains(t.Folded, text)
	case rules.IsNot:
		return !slices.Contains(t.Folded, text)
	case rules.StartsWith:
		return strings.HasPrefix(text, t.Folded[0])
	case rules.EndsWith:
		return strings.HasSuffix(text, t.Folded[0])
	}
	return strings.Contains(text, t.Folded[0])
}

func compares[T cmp.Ordered](op rules.Op, a, b T) bool {
	switch op {
	case rules.Less:
		return a < b
	case rules.AtMost:
		return a <= b
	case rules.More:
		return a > b
	}
	return a >= b
}
