package recon

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"khadamat/internal/recon/match"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// Trial is what a ruleset would do to a sample, compared with another one.
type Trial struct {
	Records [2]int       // of the sample, by side
	Before  int          // matches
	After   int          // matches
	Appear  []TrialMatch // which the other one does not find
	Vanish  []TrialMatch // which only the other one finds
	Change  []TrialMatch // the same records with another kind, status, cause or pass
	Passes  []TrialPass  // in their order, the ones that are no more at the end
}

// TrialMatch is a match of a trial.
type TrialMatch struct {
	Members    []result.Member
	Kind       result.Kind
	Status     result.Status
	Pass       string
	Was        string // the pass that found it before, where it changes
	Confidence float64
	Cause      string // of a break
}

// TrialPass counts what a pass finds.
type TrialPass struct {
	Name          string
	Before, After int // matches
}

// Try reconciles a sample of two sides by two rulesets and says what differs: of at most so many left records, those of a stretch of time in
// the middle of the left side, and of all right ones that lie in that time or a month around it. Without dates, the first left records are
// taken and all right ones. Before may be nil: everything appears then. The error of a ruleset that does not fit is a *rules.Problem.
func Try(ctx context.Context, left, right *record.Set, before, after *rules.Ruleset, sample int) (Trial, error) {
	left, right = sampleOf(left, right, sample)
	trial := Trial{Records: [2]int{left.Len(), right.Len()}}
	var old []TrialMatch
	if before != nil {
		outcome, err := match.Run(ctx, before, left, right, nil)
		if err != nil {
			return Trial{}, err
		}
		old = tried(outcome, left, right)
		for _, p := range outcome.Passes {
			trial.pass(p.Name).Before = p.Matches
		}
	}
	outcome, err := match.Run(ctx, after, left, right, nil)
	if err != nil {
		return Trial{}, err
	}
	fresh := tried(outcome, left, right)
	var passes []TrialPass // those of now come first
	for _, p := range outcome.Passes {
		counts := *trial.pass(p.Name)
		counts.After = p.Matches
		passes = append(passes, counts)
	}
	for _, p := range trial.Passes {
		if !slices.ContainsFunc(passes, func(q TrialPass) bool { return q.Name == p.Name }) {
			passes = append(passes, p)
		}
	}
	trial.Passes = passes
	trial.compare(old, fresh)
	return trial, nil
}

func (t *Trial) pass(name string) *TrialPass {
	at := slices.IndexFunc(t.Passes, func(p TrialPass) bool { return p.Name == name })
	if at < 0 {
		at = len(t.Passes)
		t.Passes = append(t.Passes, TrialPass{Name: name})
	}
	return &t.Passes[at]
}

// compare sorts matches by whether they stay.
func (t *Trial) compare(old, fresh []TrialMatch) {
	t.Before, t.After = len(old), len(fresh)
	known := make(map[string]TrialMatch, len(old))
	for _, m := range old {
		known[m.name()] = m
	}
	for _, m := range fresh {
		was, stays := known[m.name()]
		switch {
		case !stays:
			t.Appear = append(t.Appear, m)
		case was.Kind != m.Kind || was.Status != m.Status || was.Pass != m.Pass || was.Cause != m.Cause:
			m.Was = was.Pass
			t.Change = append(t.Change, m)
		}
		delete(known, m.name())
	}
	for _, m := range old {
		if _, gone := known[m.name()]; gone {
			t.Vanish = append(t.Vanish, m)
		}
	}
}

// name tells matches apart by their members.
func (m *TrialMatch) name() string {
	var b []byte
	for _, member := range m.Members {
		b = append(strconv.AppendInt(append(b, member.Side.String()...), int64(member.Row), 10), ' ')
	}
	return string(b)
}

// tried are the matches of an outcome, with the rows of their members.
func tried(outcome *match.Outcome, left, right *record.Set) []TrialMatch {
	all := make([]TrialMatch, outcome.Len())
	var f match.Found
	for i := range all {
		outcome.At(i, &f)
		m := TrialMatch{Kind: f.Kind, Status: f.Status, Pass: f.Pass, Confidence: f.Chance, Cause: f.Cause}
		for _, k := range f.Left {
			m.Members = append(m.Members, result.Member{Side: result.Left, Row: int(left.Rows[k])})
		}
		for _, k := range f.Right {
			m.Members = append(m.Members, result.Member{Side: result.Right, Row: int(right.Rows[k])})
		}
		all[i] = m
	}
	return all
}

// around is how many days before and after the left records of a sample right ones belong to it.
const around = 30

// sampleOf picks records of both sides that can belong together.
func sampleOf(left, right *record.Set, most int) (*record.Set, *record.Set) {
	if left.Len() <= most {
		return left, right
	}
	days := [2][]record.Day{record.Days(left), record.Days(right)}
	order := make([]int32, left.Len())
	for i := range order {
		order[i] = int32(i) //nolint:gosec // below two thousand million rows
	}
	if days[0] == nil || days[1] == nil {
		return left.Pick(order[:most]), right
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(days[0][a], days[0][b]) })
	start := (len(order) - most) / 2
	picked := order[start : start+most]
	first, last := days[0][picked[0]], days[0][picked[most-1]]
	slices.Sort(picked)
	var others []int32
	for i, day := range days[1] {
		if day == record.NoDay || first-around <= day && day <= last+around {
			others = append(others, int32(i)) //nolint:gosec // below two thousand million rows
		}
	}
	return left.Pick(picked), right.Pick(others)
}
