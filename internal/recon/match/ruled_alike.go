package match

import (
	"khadamat/internal/recon/record"
)

// likeness compares texts that need not be equal.
type likeness struct {
	*Compared
	texts texts
}

func (a *likeness) least() float32 { return float32(max(a.Field.Similar, a.Field.Contains)) }

// share returns how alike two records are, from 0 to 1; a record without words is like none.
func (a *likeness) share(l, r int) float32 {
	left, right := a.texts.left.at(l), a.texts.right.at(r)
	if len(left) == 0 || len(right) == 0 {
		return 0
	}
	share, _ := a.texts.agreement(left, right)
	if a.Field.Contains > 0 { // part: of the right one; now of the left one
		other, _ := a.texts.agreement(right, left)
		share = max(share, other)
	}
	return share
}

// likenesses read the words of fields that need not be equal.
func (x *ruled) likenesses(fields []Compared) ([]*likeness, error) {
	words := newLexicon()
	var all []*likeness
	for i := range fields {
		c := &fields[i]
		a := &likeness{Compared: c, texts: texts{words: words, part: c.Field.Contains > 0}}
		for k := range x.sides {
			v, err := x.load(k, c.Columns[k], TextValues, c.Field)
			if err != nil {
				return nil, err
			}
			read := words.read(v.whole(x.sides[k].Len()), x.progress)
			words.count(x.sides[k].Len(), []*lists{read})
			if k == 0 {
				a.texts.left = read
			} else {
				a.texts.right = read
			}
		}
		all = append(all, a)
	}
	words.weigh()
	return all, nil
}

// whole returns all texts in one column.
func (v *values) whole(records int) *record.Texts {
	if len(v.texts) == 1 && v.extract == nil && v.last == 0 {
		return v.texts[0]
	}
	all := &record.Texts{}
	var room []byte
	for i := range records {
		room, _ = v.appendText(room[:0], i)
		all.Add(room)
	}
	return all
}
