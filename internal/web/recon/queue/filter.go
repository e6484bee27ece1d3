package queue

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/recon/frame"
	"khadamat/internal/web/ui"
)

// view is what an address asks for: which items, and in which order. The same query leads from a figure to its items, from a page of the
// queue to the next, and from a person to another.
type view struct {
	workspace.Filter
	Sort   workspace.Sort
	Offset int
}

// allStatuses is how an address says that every status will do.
const allStatuses = "all"

const (
	maxWordRunes = 200
	maxAgeDays   = 36_500
)

// viewOf reads an address. What it does not understand it leaves out: an address is anybody's to write.
func viewOf(query url.Values) view {
	v := view{Sort: workspace.ByUrgency}
	v.Statuses = statusesOf(query.Get("status"))
	for _, kind := range query["kind"] {
		if _, ok := kindKeys[result.Kind(kind)]; ok {
			v.Kinds = append(v.Kinds, result.Kind(kind))
		}
	}
	if side, err := strconv.Atoi(query.Get("side")); err == nil && side >= 0 {
		v.Side = &side
	}
	v.Pass, v.Cause, v.Reason = word(query, "pass"), word(query, "cause"), word(query, "reason")
	v.Assignee, v.Text = word(query, "assignee"), word(query, "q")
	v.Currency = strings.ToUpper(word(query, "currency"))
	v.MinAmount, v.MaxAmount = minorOf(query.Get("min"), v.digits()), minorOf(query.Get("max"), v.digits())
	v.From, v.To = dayOf(query.Get("from")), dayOf(query.Get("to"))
	if days, err := strconv.Atoi(query.Get("age")); err == nil && days > 0 && days <= maxAgeDays {
		v.MinAgeDays = days
	}
	if sort := workspace.Sort(query.Get("sort")); slices.Contains(sorts, sort) {
		v.Sort = sort
	}
	if offset, err := strconv.Atoi(query.Get("offset")); err == nil && offset > 0 {
		v.Offset = offset
	}
	return v
}

func statusesOf(said string) []workspace.Status {
	switch {
	case said == allStatuses:
		return nil
	case statusKeys[workspace.Status(said)] != "":
		return []workspace.Status{workspace.Status(said)}
	}
	return frame.Waiting
}

// status is how an address says which statuses are chosen; empty for those that wait, which the queue shows where nothing else is asked for.
func (v view) status() string {
	switch len(v.Statuses) {
	case 0:
		return allStatuses
	case 1:
		return string(v.Statuses[0])
	}
	return ""
}

// query writes the view as an address has it, without the place in the list. What is not chosen is left out.
func (v view) query() url.Values {
	query := url.Values{}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	set("status", v.status())
	for _, kind := range v.Kinds {
		query.Add("kind", string(kind))
	}
	if v.Side != nil {
		set("side", strconv.Itoa(*v.Side))
	}
	set("pass", v.Pass)
	set("cause", v.Cause)
	set("reason", v.Reason)
	set("assignee", v.Assignee)
	set("q", v.Text)
	set("currency", v.Currency)
	set("min", plainMinor(v.MinAmount, v.digits()))
	set("max", plainMinor(v.MaxAmount, v.digits()))
	set("from", plainDay(v.From))
	set("to", plainDay(v.To))
	if v.MinAgeDays > 0 {
		set("age", strconv.Itoa(v.MinAgeDays))
	}
	if v.Sort != workspace.ByUrgency {
		set("sort", string(v.Sort))
	}
	return query
}

// with is the address of the queue with the view changed by pairs of name and value; an empty value takes a choice away.
func (v view) with(ctx context.Context, base string, pairs ...string) string {
	query := v.query()
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Del(pairs[i])
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return joined(ui.Path(ctx, base), query)
}

// joined is a path with a query, where there is one.
func joined(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// choice is one thing that the view is narrowed down to, and the address without it.
type choice struct{ Label, Without string }

// choices are what the view is narrowed down to beside the status, in the reader's words.
func (v view) choices(ctx context.Context, p *reviewPage) []choice {
	var all []choice
	add := func(label string, names ...string) {
		pairs := make([]string, 0, 2*len(names))
		for _, name := range names {
			pairs = append(pairs, name, "")
		}
		all = append(all, choice{label, v.with(ctx, p.base("/review"), pairs...)})
	}
	if v.Text != "" {
		add(ui.T(ctx, "recon_queue.quoted", "Text", v.Text), "q")
	}
	if len(v.Kinds) > 0 {
		names := make([]string, len(v.Kinds))
		for i, kind := range v.Kinds {
			names[i] = kindName(ctx, kind)
		}
		add(strings.Join(names, ", "), "kind")
	}
	if v.Cause != "" {
		add(causeName(ctx, v.Cause), "cause")
	}
	if v.Reason != "" {
		add(reasonName(ctx, v.Reason), "reason")
	}
	if v.Pass != "" {
		add(frame.PassName(ctx, v.Pass), "pass")
	}
	if v.Side != nil {
		add(p.sideName(ctx, *v.Side), "side")
	}
	if v.Assignee != "" {
		add(p.assigneeName(ctx, v.Assignee), "assignee")
	}
	if v.Currency != "" {
		add(v.Currency, "currency")
	}
	if v.MinAmount != nil || v.MaxAmount != nil {
		add(span(ctx, plainMinor(v.MinAmount, v.digits()), plainMinor(v.MaxAmount, v.digits())), "min", "max")
	}
	if !v.From.IsZero() || !v.To.IsZero() {
		add(span(ctx, shortDay(ctx, v.From), shortDay(ctx, v.To)), "from", "to")
	}
	if v.MinAgeDays > 0 {
		add(ui.T(ctx, "recon_queue.older_than", "Count", v.MinAgeDays), "age")
	}
	return all
}

// span says from where to where, either of which may be open.
func span(ctx context.Context, from, to string) string {
	switch {
	case to == "":
		return ui.T(ctx, "recon_queue.from_on", "From", from)
	case from == "":
		return ui.T(ctx, "recon_queue.up_to", "To", to)
	}
	return from + " – " + to
}

func word(query url.Values, name string) string {
	value := strings.TrimSpace(query.Get(name))
	for i := range value {
		if i > maxWordRunes*4 {
			return value[:i]
		}
	}
	return value
}

// digits is how many decimals the amounts of an address have: those of its currency, two where it names none.
func (v view) digits() int { return currencyOf(v.Currency).Digits() }

// minorOf reads an amount as people write one ("1 234,50", "-12.5") in minor units; nil where it is none.
func minorOf(s string, digits int) *int64 {
	const maxDigits = 15
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".", "\u2212", "-").Replace(strings.TrimSpace(s))
	whole, decimals, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if whole == "" || len(decimals) > digits || len(whole) > maxDigits {
		return nil
	}
	units, err := strconv.ParseUint(whole+decimals+strings.Repeat("0", digits-len(decimals)), 10, 63)
	if err != nil {
		return nil
	}
	minor := int64(units)
	if strings.HasPrefix(s, "-") {
		minor = -minor
	}
	return &minor
}

// plainMinor writes an amount as a form's input has it.
func plainMinor(minor *int64, digits int) string {
	if minor == nil {
		return ""
	}
	scale := 1.0
	for range digits {
		scale *= 10
	}
	return strconv.FormatFloat(float64(*minor)/scale, 'f', -1, 64)
}

func dayOf(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

func plainDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
