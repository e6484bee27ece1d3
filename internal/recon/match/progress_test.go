package match

import (
	"context"
	"errors"
	"testing"

	"khadamat/internal/recon/rules"
)

const threePasses = `version: 1
passes:
  - {name: first, kind: exact, fields: [key, amount]}
  - {name: second, kind: exact, fields: [key]}
  - {name: third, kind: exact, fields: [amount]}
`

func TestMatchingTellsHowFarItIs(t *testing.T) {
	set, problems := rules.Parse([]byte(threePasses))
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	entries := []entry{{key: "a", amount: 100}, {key: "b", amount: 200}}
	for name, set := range map[string]*rules.Ruleset{"a ruleset": set, "no rules": {Version: rules.Version, Auto: true}} {
		var told []float64
		_, err := Run(t.Context(), set, setOf("left.csv", entries), setOf("right.csv", entries), func(share float64) {
			if n := len(told); share < 0 || share > 1 || n > 0 && share < told[n-1] {
				t.Errorf("%s: %v after %v", name, share, told)
			}
			told = append(told, share)
		})
		if err != nil || len(told) < 3 {
			t.Errorf("%s: %v, %v", name, told, err)
		}
	}
}

func TestMatchingThatIsCancelledEndsWithItsPass(t *testing.T) {
	set, problems := rules.Parse([]byte(threePasses))
	if len(problems) > 0 {
		t.Fatal(&problems[0])
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	entries := []entry{{key: "a", amount: 100}, {key: "b", amount: 200}}
	_, err := Run(ctx, set, setOf("left.csv", entries), setOf("right.csv", entries), func(share float64) {
		if share > 0.3 {
			cancel()
		}
		if share > 0.6 {
			t.Errorf("it went on to %v", share)
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}
