package api

import (
	"context"
	"net/http"

	"khadamat/internal/recon/workspace"

	"github.com/danielgtaylor/huma/v2"
)

// ReconRuleset is a version of a project's rules.
type ReconRuleset struct {
	ID     string `json:"id"`
	Number int    `json:"number" doc:"From 1 in its project; 0 stands for automatic"`
	YAML   string `json:"yaml"`
	Note   string `json:"note"`
	By     string `json:"by" doc:"The account"`
	At     Time   `json:"at"`
}

// ReconRulesetRequest is a new version of the rules.
type ReconRulesetRequest struct {
	YAML string `json:"yaml" maxLength:"262144" doc:"As /recon/ruleset-schema describes it" example:"version: 1\nauto: true\n"`
	Note string `json:"note,omitempty" doc:"What is new about it"`
}

// ReconRulesetText is a ruleset that is looked at.
type ReconRulesetText struct {
	YAML string `json:"yaml" maxLength:"262144" example:"version: 1\nauto: true\n"`
}

// ReconRulesetCheck says what is wrong with a ruleset.
type ReconRulesetCheck struct {
	Valid    bool                  `json:"valid"`
	Problems []ReconRulesetProblem `json:"problems"`
}

// ReconRulesetProblem is what is wrong with a ruleset at one place.
type ReconRulesetProblem struct {
	Line   int    `json:"line" doc:"From 1; 0: of no line"`
	Column int    `json:"column"`
	Path   string `json:"path" example:"passes[2].dates.days"`
	Text   string `json:"text" doc:"What is wrong and what is allowed, in the reader's language"`
}

// ReconTemplate is a ruleset to begin with.
type ReconTemplate struct {
	ID          string `json:"id"`
	Name        string `json:"name" doc:"In the reader's language"`
	Description string `json:"description" doc:"In the reader's language"`
	YAML        string `json:"yaml"`
}

// ReconTryRequest asks what a ruleset would do.
type ReconTryRequest struct {
	YAML   string `json:"yaml" maxLength:"262144"`
	Before int    `json:"before,omitempty" doc:"The ruleset to compare with, by number; 0: automatic"`
	Sample int    `json:"sample,omitempty" minimum:"0" maximum:"20000" doc:"Records of each side at most; 0: 2000"`
}

// ReconTrial is what a ruleset would do to a sample, compared with another one.
type ReconTrial struct {
	Records  []int                 `json:"records" doc:"Of the sample, by side"`
	Before   int                   `json:"before" doc:"Matches"`
	After    int                   `json:"after"`
	Appear   []ReconTrialMatch     `json:"appear" doc:"200 at most"`
	Vanish   []ReconTrialMatch     `json:"vanish"`
	Change   []ReconTrialMatch     `json:"change" doc:"The same records with another kind, status or pass"`
	Passes   []ReconTrialPass      `json:"passes"`
	Problems []ReconRulesetProblem `json:"problems" doc:"Where the ruleset does not fit the columns; nothing was tried then"`
}

// ReconTrialMatch is a match of a trial.
type ReconTrialMatch struct {
	Pass       string   `json:"pass"`
	Was        string   `json:"was,omitempty" doc:"The pass that found it before, where it changes"`
	Kind       string   `json:"kind"`
	Status     string   `json:"status"`
	Left       []string `json:"left" doc:"Its records as a reader knows them"`
	Right      []string `json:"right"`
	Difference *Money   `json:"difference,omitempty" doc:"left out: none"`
	Confidence float64  `json:"confidence"`
}

// ReconTrialPass counts what a pass found before and after.
type ReconTrialPass struct {
	Name   string `json:"name"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

type (
	reconRulesetInput struct {
		ID string `path:"id"`
		Creation
		Body ReconRulesetRequest
	}
	reconRulesetTextInput struct{ Body ReconRulesetText }
	reconTryInput         struct {
		ID   string `path:"id"`
		Body ReconTryRequest
	}
	// reconSchemaAnswer is a JSON Schema as it stands.
	reconSchemaAnswer struct {
		ContentType string `header:"Content-Type" hidden:"true"`
		Body        []byte
	}
)

func (a *api) addReconRulesets() {
	op := operationsOf(tagRecon)
	add(a, forMe, op("list-recon-rulesets", http.MethodGet, "/recon/projects/{id}/rulesets", "Rules of a project", "Their versions, the latest first.", 403), a.reconRulesets)
	add(a, forMe, creating(broad(op("save-recon-ruleset", http.MethodPost, "/recon/projects/{id}/rulesets", "Save a version of the rules", "422 with what is wrong where they cannot be used.", 409))), a.saveReconRuleset)
	add(a, forMe, broad(op("test-recon-ruleset", http.MethodPost, "/recon/projects/{id}/rulesets/test", "Try rules on a sample", "What would appear, vanish and change, compared with another version. Nothing is kept.", 409)), a.tryReconRuleset)
	add(a, forMe, broad(op("check-recon-ruleset", http.MethodPost, "/recon/rulesets/check", "Check rules", "Every problem with its place and what is allowed there.")), a.checkReconRuleset)
	add(a, forMe, op("list-recon-templates", http.MethodGet, "/recon/ruleset-templates", "Rules to begin with", "For common pairs of sources."), a.reconTemplates)
	schema := op("get-recon-ruleset-schema", http.MethodGet, "/recon/ruleset-schema", "The schema of rules", "JSON Schema 2020-12, for editors and checks.")
	schema.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/schema+json": {Schema: &huma.Schema{Type: huma.TypeObject}}}}}
	add(a, forLong, schema, a.reconRulesetSchema)
	add(a, forMe, op("get-recon-run-rules", http.MethodGet, "/recon/runs/{id}/rules", "The rules of a run", "As it used them, with what it learnt by itself.", 403, 410), a.reconRunRules)
}

func (a *api) reconRulesets(ctx context.Context, c *call, in *idInput) (*answer[List[ReconRuleset]], error) {
	rulesets, err := a.Recon.Rulesets(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(rulesets, reconRulesetOf)), nil
}

func (a *api) saveReconRuleset(ctx context.Context, c *call, in *reconRulesetInput) (*answer[ReconRuleset], error) {
	saved, err := a.Recon.SaveRuleset(ctx, c.actor, in.ID, workspace.RulesetForm{YAML: in.Body.YAML, Note: in.Body.Note, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	return reply(reconRulesetOf(saved)), nil
}

func (a *api) checkReconRuleset(_ context.Context, c *call, in *reconRulesetTextInput) (*answer[ReconRulesetCheck], error) {
	problems := a.Recon.CheckRuleset(in.Body.YAML, c.language)
	return reply(ReconRulesetCheck{Valid: len(problems) == 0, Problems: reconProblemsOf(problems)}), nil
}

func (a *api) tryReconRuleset(ctx context.Context, c *call, in *reconTryInput) (*answer[ReconTrial], error) {
	t, err := a.Recon.TryRuleset(ctx, c.actor, in.ID, workspace.TryForm{YAML: in.Body.YAML, Before: in.Body.Before, Sample: in.Body.Sample}, c.language)
	if err != nil {
		return nil, err
	}
	matches := func(from []workspace.TrialMatch) []ReconTrialMatch {
		return listOf(from, func(m workspace.TrialMatch) ReconTrialMatch {
			return ReconTrialMatch{Pass: m.Pass, Was: m.Was, Kind: m.Kind, Status: m.Status, Left: notNull(m.Left), Right: notNull(m.Right), Difference: reconMoney(m.Difference), Confidence: m.Confidence}
		}).Items
	}
	return reply(ReconTrial{Records: t.Records[:], Before: t.Before, After: t.After, Appear: matches(t.Appear), Vanish: matches(t.Vanish), Change: matches(t.Change),
		Passes:   listOf(t.Passes, func(p workspace.TrialPass) ReconTrialPass { return ReconTrialPass(p) }).Items,
		Problems: reconProblemsOf(t.Problems)}), nil
}

func (a *api) reconTemplates(_ context.Context, c *call, _ *struct{}) (*answer[List[ReconTemplate]], error) {
	return reply(listOf(a.Recon.RulesetTemplates(c.language), func(t workspace.RulesetTemplate) ReconTemplate { return ReconTemplate(t) })), nil
}

func (a *api) reconRulesetSchema(_ context.Context, c *call, _ *struct{}) (*reconSchemaAnswer, error) {
	return &reconSchemaAnswer{ContentType: "application/schema+json", Body: a.Recon.RulesetSchema(c.language)}, nil
}

func (a *api) reconRunRules(ctx context.Context, c *call, in *idInput) (*answer[ReconRulesetText], error) {
	yaml, err := a.Recon.RunRules(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(ReconRulesetText{YAML: yaml}), nil
}

func reconRulesetOf(r workspace.Ruleset) ReconRuleset {
	return ReconRuleset{ID: r.ID, Number: r.Number, YAML: r.YAML, Note: r.Note, By: r.By, At: timeOf(r.At)}
}

func reconProblemsOf(problems []workspace.RulesetProblem) []ReconRulesetProblem {
	return listOf(problems, func(p workspace.RulesetProblem) ReconRulesetProblem { return ReconRulesetProblem(p) }).Items
}
