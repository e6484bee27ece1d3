package workspace

import (
	"context"
	"slices"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
	"khadamat/internal/recon/rules"
)

const (
	maxRulesetBytes = 256 << 10
	maxRulesets     = 1000
)

// Rulesets are the versions of a project's rules, the latest first.
func (s *Service) Rulesets(ctx context.Context, actor account.Actor, projectID string) ([]Ruleset, error) {
	if _, err := s.read(ctx, actor, projectID); err != nil {
		return nil, err
	}
	return rulesetsOf(ctx, s.config.DB, projectID)
}

// SaveRuleset keeps a new version of the rules. It returns invalid with the field yaml where they cannot be used; CheckRuleset says why.
func (s *Service) SaveRuleset(ctx context.Context, actor account.Actor, projectID string, form RulesetForm) (Ruleset, error) {
	request := idempotency.Request{Scope: "recon.ruleset:" + projectID + ":" + actor.ID, Key: form.IdempotencyKey, Body: form}
	var fields errs.Fields
	form.Note = text.Check(&fields, "note", form.Note, noteRules)
	fields.Check(len(form.YAML) <= maxRulesetBytes, "yaml", "recon_workspace.rules_too_long")
	if len(form.YAML) <= maxRulesetBytes {
		_, problems := rules.Parse([]byte(form.YAML))
		fields.Check(len(problems) == 0, "yaml", "recon_workspace.rules_broken")
	}
	if err := fields.Err(); err != nil {
		return Ruleset{}, err
	}
	var saved Ruleset
	err := s.reshape(ctx, actor, projectID, Analyst, func(tx *db.Tx, _ project) (err error) {
		saved, _, err = idempotency.Run(ctx, tx, request, func() (Ruleset, error) { return s.saveRuleset(ctx, tx, actor.ID, projectID, form) })
		return err
	})
	return saved, err
}

func (s *Service) saveRuleset(ctx context.Context, tx *db.Tx, actorID, projectID string, form RulesetForm) (Ruleset, error) {
	made := Ruleset{ID: ids.New(), Number: 1, YAML: form.YAML, Note: form.Note, By: actorID, At: tx.Now}
	before, err := rulesetsOf(ctx, tx, projectID)
	if err != nil {
		return made, err
	}
	if len(before) >= maxRulesets {
		return made, errs.New(errs.Conflict, "recon_workspace.too_many_rulesets").With(errs.Args{"Max": maxRulesets})
	}
	if len(before) > 0 {
		made.Number = before[0].Number + 1
	}
	if err := insertRuleset(ctx, tx, projectID, made); err != nil {
		return made, err
	}
	s.changed(tx, projectID, "rules")
	return made, s.record(ctx, tx, actorID, projectID, "recon.rules.saved", map[string]any{"number": made.Number, "note": made.Note})
}

// CheckRuleset says what is wrong with a ruleset.
func (s *Service) CheckRuleset(yaml string, language i18n.Language) []RulesetProblem {
	if len(yaml) > maxRulesetBytes {
		return []RulesetProblem{{Line: 1, Column: 1, Text: s.words(language, "recon_workspace.rules_too_long", nil)}}
	}
	_, problems := rules.Parse([]byte(yaml))
	return shownProblems(problems, language)
}

func shownProblems(problems []rules.Problem, language i18n.Language) []RulesetProblem {
	shown := make([]RulesetProblem, len(problems))
	for i := range problems {
		p := &problems[i]
		shown[i] = RulesetProblem{Line: p.Line, Column: p.Column, Path: p.Path, Text: p.In(language)}
	}
	return shown
}

// RulesetTemplates are rulesets to begin with.
func (s *Service) RulesetTemplates(language i18n.Language) []RulesetTemplate {
	templates := rules.Templates(language)
	shown := make([]RulesetTemplate, len(templates))
	for i, t := range templates {
		shown[i] = RulesetTemplate{ID: t.ID, Name: t.Name, Description: t.Description, YAML: string(t.YAML)}
	}
	return shown
}

// RulesetSchema is the JSON Schema of rulesets, with what everything means in a language.
func (s *Service) RulesetSchema(language i18n.Language) []byte { return rules.Schema(language) }

// RunRules is the ruleset that a finished run used, with what it learnt by itself.
func (s *Service) RunRules(ctx context.Context, actor account.Actor, runID string) (string, error) {
	r, err := s.ofRun(ctx, actor, runID)
	if err != nil {
		return "", err
	}
	return s.rulesOf(ctx, r)
}

func (s *Service) rulesOf(ctx context.Context, r run) (string, error) {
	from, release, err := s.archive(ctx, r)
	if err != nil {
		return "", err
	}
	defer release()
	about, err := from.About(ctx)
	if err != nil {
		return "", err
	}
	return string(about.Rules), nil
}

// rulesFor is the YAML that a run goes by. An automatic run over what is new has little to learn from: it goes by what the last automatic run
// learnt.
func (s *Service) rulesFor(ctx context.Context, r run) (string, error) {
	if r.Ruleset > 0 {
		all, err := rulesetsOf(ctx, s.config.DB, r.projectID)
		if err != nil {
			return "", err
		}
		at := slices.IndexFunc(all, func(one Ruleset) bool { return one.Number == r.Ruleset })
		if at < 0 {
			return "", errNotFound
		}
		return all[at].YAML, nil
	}
	if r.Full {
		return "", nil
	}
	last, err := lastAutomatic(ctx, s.config.DB, r.projectID)
	if err != nil || last.ID == "" {
		return "", err
	}
	learnt, err := s.rulesOf(ctx, last)
	if err != nil {
		return "", err
	}
	if _, problems := rules.Parse([]byte(learnt)); len(problems) > 0 {
		return "", nil
	}
	return learnt, nil
}
