package workspace

import (
	"context"
	"errors"
	"fmt"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
	"khadamat/internal/recon/source"
)

const (
	triedRecords = 2000
	mostTried    = 50_000
	shownTried   = 200
	// triedBytes is how much may be read for a trial; where there is more, only the latest version of each side is.
	triedBytes = 64 << 20
)

// TryRuleset says what a ruleset would do to a sample of what is loaded into the first two sides, compared with another one. It returns invalid with the
// fields sample and before, and conflict where a side is empty; what is wrong with the ruleset itself stands in the trial.
func (s *Service) TryRuleset(ctx context.Context, actor account.Actor, projectID string, form TryForm, language i18n.Language) (Trial, error) {
	if _, err := enter(ctx, s.config.DB, actor, projectID, Analyst, ""); err != nil {
		return Trial{}, err
	}
	if form.Sample == 0 {
		form.Sample = triedRecords
	}
	if form.Sample < 1 || form.Sample > mostTried {
		return Trial{}, errs.Fields{{Name: "sample", Key: "recon_workspace.bad_sample", Args: errs.Args{"Max": mostTried}}}.Err()
	}
	if len(form.YAML) > maxRulesetBytes {
		return Trial{Problems: s.CheckRuleset(form.YAML, language)}, nil
	}
	after, problems := rules.Parse([]byte(form.YAML))
	if len(problems) > 0 {
		return Trial{Problems: shownProblems(problems, language)}, nil
	}
	number, err := s.rulesetNumber(ctx, s.config.DB, projectID, form.Before)
	if err != nil {
		return Trial{}, errs.Fields{{Name: "before", Key: "recon_workspace.no_such_ruleset", Args: errs.Args{"Number": form.Before}}}.Err()
	}
	yaml, err := s.rulesFor(ctx, run{projectID: projectID, Run: Run{Full: true, Ruleset: number}})
	if err != nil {
		return Trial{}, err
	}
	before, problems := rules.Parse([]byte(yaml))
	if len(problems) > 0 {
		before = rules.Automatic()
	}
	trial, err := s.try(ctx, projectID, before, after, form, language)
	if problem, ok := errors.AsType[*rules.Problem](err); ok {
		return Trial{Problems: shownProblems([]rules.Problem{*problem}, language)}, nil
	}
	if _, ok := errors.AsType[*source.Problem](err); ok {
		return Trial{Problems: []RulesetProblem{{Text: recon.Explain(language, err)}}}, nil
	}
	return trial, err
}

func (s *Service) try(ctx context.Context, projectID string, before, after *rules.Ruleset, form TryForm, language i18n.Language) (Trial, error) {
	inputs, release, err := s.inputs(ctx, projectID)
	if err != nil {
		return Trial{}, err
	}
	defer release()
	if err := recon.Prepare(inputs, []byte(form.YAML)); err != nil {
		return Trial{}, err
	}
	sides, err := recon.ReadAll(ctx, inputs, recon.Options{Language: language}, recon.Read)
	if err != nil {
		return Trial{}, err
	}
	names := [2][]string{}
	for i, input := range inputs {
		names[i] = []string{result.Side(i).String(), input.Name} //nolint:gosec // two
	}
	found, err := recon.Try(ctx, sides[0].Set(), sides[1].Set(), before.For(names[0], names[1]), after.For(names[0], names[1]), form.Sample)
	if err != nil {
		return Trial{}, err
	}
	files := [2]result.File{sides[0].File(""), sides[1].File("")}
	trial := Trial{Records: found.Records, Before: found.Before, After: found.After, Appear: triedMatches(found.Appear, &files), Vanish: triedMatches(found.Vanish, &files),
		Change: triedMatches(found.Change, &files)}
	for _, p := range found.Passes {
		trial.Passes = append(trial.Passes, TrialPass(p))
	}
	return trial, nil
}

// inputs are the first two sides of a project as the engine reads them.
func (s *Service) inputs(ctx context.Context, projectID string) ([]recon.Input, func(), error) {
	sources, err := sourcesOf(ctx, s.config.DB, projectID)
	if err != nil {
		return nil, nil, err
	}
	var releases []func()
	release := func() {
		for _, one := range releases {
			one()
		}
	}
	var inputs []recon.Input
	for _, from := range sources[:2] {
		versions, err := versionsOf(ctx, s.config.DB, from.ID, maxVersions)
		if err == nil && len(versions) == 0 {
			err = errs.New(errs.Conflict, "recon_workspace.source_empty").With(errs.Args{"Number": from.Side + 1})
		}
		if err != nil {
			release()
			return nil, nil, err
		}
		var bytes int64
		for _, v := range versions {
			bytes += v.Bytes
		}
		if bytes > triedBytes {
			versions = versions[:1]
		}
		input := recon.Input{Name: from.Name, Mapping: from.Mapping}
		for i := len(versions) - 1; i >= 0; i-- {
			path, done, err := s.local(ctx, versions[i].SHA256)
			if err != nil {
				release()
				return nil, nil, fmt.Errorf("open %s: %w", versions[i].FileName, err)
			}
			releases = append(releases, done)
			input.Files = append(input.Files, recon.File{Path: path, Name: versions[i].FileName, SHA256: versions[i].SHA256, Format: versions[i].Format})
		}
		inputs = append(inputs, input)
	}
	return inputs, release, nil
}

// triedMatches are matches of a trial as a reader sees them.
func triedMatches(found []recon.TrialMatch, files *[2]result.File) []TrialMatch {
	shown := make([]TrialMatch, 0, min(len(found), shownTried))
	for _, m := range found[:min(len(found), shownTried)] {
		one := TrialMatch{Pass: m.Pass, Was: m.Was, Kind: string(m.Kind), Status: string(m.Status), Confidence: m.Confidence}
		for _, member := range m.Members {
			r := files[member.Side].Record(member.Row)
			words := r.ID
			for _, more := range []string{dayOf(r), r.Text} {
				if more != "" && words != "" {
					words += " · "
				}
				words += more
			}
			one.Difference = money.Of(one.Difference.Minor+[2]int64{r.Amount.Minor, -r.Amount.Minor}[member.Side], r.Amount.Currency)
			if member.Side == result.Left {
				one.Left = append(one.Left, words)
			} else {
				one.Right = append(one.Right, words)
			}
		}
		shown = append(shown, one)
	}
	return shown
}

func dayOf(r result.Record) string {
	if r.Date.IsZero() {
		return ""
	}
	return r.Date.Format("2006-01-02")
}
