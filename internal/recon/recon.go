// Package recon reconciles sets of records: it reads them whatever they look like, finds what belongs together, and says what does not
// and why.
package recon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// The stages of a reconciliation, in their order.
const (
	StageRead  = "read"
	StageMatch = "match"
	StageWrite = "write"
)

// Progress is told what a reconciliation is doing: the stage, and how many rows of about how many are done. Nobody knows how many where all
// is 0.
type Progress func(stage string, done, all int64)

// Options say how sides are reconciled. The zero value does all by itself.
type Options struct {
	Language i18n.Language // of what people read about rows that cannot be read
	Rules    []byte        // a ruleset in YAML (package rules); empty: automatic
	Settled  []Settled     // what was settled before: its records are not matched again
	Apart    [][]string    // records, by their keys, that people keep apart: no match holds two of a pair, or is exactly one of more
	Further  bool          // open records come with more candidates than the nearest (result.Open.More)
	Progress Progress      // nil: nobody is told
}

// Settled is a match of an earlier run, or one that a person made, which stays as it is as long as all of its records are there.
type Settled struct {
	ID         string      `json:"id"`                   // as whoever settled it knows it
	Members    []string    `json:"members"`              // keys of records (result.Key)
	Kind       result.Kind `json:"kind,omitempty"`       // empty: by its shape
	Pass       string      `json:"pass,omitempty"`       // that found it; empty: result.SettledPass
	Confidence float64     `json:"confidence,omitempty"` // 0: 1
	Cause      string      `json:"cause,omitempty"`      // of a break
}

// Tell tells the progress where anybody wants to know.
func (o *Options) Tell(stage string, done, all int64) {
	if o.Progress != nil {
		o.Progress(stage, done, all)
	}
}

// Files reconciles two files without being told anything about them. The error of a file that cannot be worked with is for Explain.
func Files(ctx context.Context, left, right string, o Options) (*result.Result, error) {
	started := time.Now()
	inputs := []Input{{Files: []File{{Path: left}}}, {Files: []File{{Path: right}}}}
	if err := Prepare(inputs, o.Rules); err != nil {
		return nil, err
	}
	sides, err := ReadAll(ctx, inputs, o, func(ctx context.Context, which result.Side, in Input, reading Reading) (*Side, error) {
		return Read(ctx, which, in, reading)
	})
	if err != nil {
		return nil, err
	}
	r, err := Reconcile(ctx, sides, o)
	if err != nil {
		return nil, err
	}
	r.Took = time.Since(started)
	return r, nil
}

// Prepare checks a ruleset and hands what it says about columns to the inputs; what a person said about one of these goes before it. It
// returns the first *rules.Problem of the ruleset.
func Prepare(inputs []Input, ruleset []byte) error {
	set, err := parse(ruleset)
	if err != nil {
		return err
	}
	for i := range inputs {
		said := set.Columns(sideNames(i, inputs[i].Name)...)
		if len(said) == 0 {
			continue
		}
		merged := record.Mapping{}
		for _, mapping := range []record.Mapping{said, inputs[i].Mapping} {
			for name, mapped := range mapping {
				merged[name] = mapped
			}
		}
		inputs[i].Mapping = merged
	}
	return nil
}

func parse(ruleset []byte) (*rules.Ruleset, error) {
	set, problems := rules.Parse(ruleset)
	if len(problems) > 0 {
		return nil, &problems[0]
	}
	return set, nil
}

// sideNames are the names by which a ruleset may speak of a side.
func sideNames(side int, name string) []string {
	return []string{result.Side(side).String(), name} //nolint:gosec // eight at most
}

// ReadAll reads all sides, two at once, and tells how many rows of all of them are done. Where it fails, those that were read come with the
// error, to be closed.
func ReadAll(ctx context.Context, inputs []Input, o Options, read func(ctx context.Context, which result.Side, in Input, reading Reading) (*Side, error)) ([]*Side, error) {
	sides, failed := make([]*Side, len(inputs)), make([]error, len(inputs))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	counts := make([]struct{ rows, all atomic.Int64 }, len(inputs))
	tell := func() {
		var rows, all int64
		known := true
		for i := range counts {
			rows += counts[i].rows.Load()
			all += counts[i].all.Load()
			known = known && counts[i].all.Load() > 0
		}
		if !known {
			all = 0
		}
		o.Tell(StageRead, rows, all)
	}
	tell()
	var readers sync.WaitGroup
	places := make(chan struct{}, 2)
	for i, in := range inputs {
		readers.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			sides[i], failed[i] = read(ctx, result.Side(i), in, Reading{Language: o.Language, Tell: func(rows, all int64) { //nolint:gosec // eight at most
				counts[i].rows.Store(rows)
				counts[i].all.Store(all)
				tell()
			}})
			if failed[i] != nil {
				cancel()
			}
		})
	}
	readers.Wait()
	for _, err := range failed { // the cause, and not what it cancelled
		if err != nil && !errors.Is(err, context.Canceled) {
			return sides, err
		}
	}
	return sides, errors.Join(failed...)
}

// Reconcile finds what belongs together in the records of two and more sides.
func Reconcile(ctx context.Context, sides []*Side, o Options) (*result.Result, error) {
	set, err := parse(o.Rules)
	if err != nil {
		return nil, err
	}
	all := int64(0)
	for _, s := range sides {
		all += int64(s.set.Len())
	}
	o.Tell(StageMatch, 0, all)
	settleCurrencies(sides, set.Currency)
	u := newUnion(sides)
	u.further = o.Further
	u.settle(o)
	u.keepApart(o.Apart)
	pairs, told := pairsOf(set, sides), 0.0
	for n, p := range pairs {
		u.tell = func(share float64) {
			told = max(told, (float64(n)+share)/float64(len(pairs))) // a pair may be matched again
			o.Tell(StageMatch, int64(told*float64(all)), all)
		}
		if err := u.reconcile(ctx, p); err != nil {
			return nil, err
		}
	}
	o.Tell(StageMatch, all, all)
	return u.result(o)
}

// pairOf is two sides that are matched with each other, by a ruleset or automatically.
type pairOf struct {
	left, right int
	rules       *rules.Ruleset
}

// pairsOf says which sides are matched with each other: each with the next one, and those that a pass names.
func pairsOf(set *rules.Ruleset, sides []*Side) []pairOf {
	var pairs []pairOf
	for left := range sides {
		for right := range sides {
			if left == right {
				continue
			}
			own := set.For(sideNames(left, sides[left].kept.File.Name), sideNames(right, sides[right].kept.File.Name))
			if right != left+1 {
				named := *own
				named.Passes = nil
				for _, pass := range own.Passes {
					if len(pass.Sides) > 0 {
						named.Passes = append(named.Passes, pass)
					}
				}
				named.Auto = false
				own = &named
			}
			if own.Auto || len(own.Passes) > 0 {
				pairs = append(pairs, pairOf{left, right, own})
			}
		}
	}
	return pairs
}

// SetOf returns the two files of a folder that are to be reconciled: left.csv and right.csv, or bank.csv and ledger.csv.
func SetOf(folder string) (left, right string, err error) {
	for _, names := range [][2]string{{"left.csv", "right.csv"}, {"bank.csv", "ledger.csv"}} {
		left, right = filepath.Join(folder, names[0]), filepath.Join(folder, names[1])
		if _, err = os.Stat(left); err == nil {
			return left, right, nil
		}
	}
	return "", "", fmt.Errorf("%s has neither left.csv and right.csv nor bank.csv and ledger.csv", folder)
}
