package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/workspace"

	"github.com/danielgtaylor/huma/v2"
)

// ReconProject is a reconciliation that a team keeps up.
type ReconProject struct {
	ID            string        `json:"id"`
	Name          string        `json:"name" example:"Grand livre et banque"`
	Description   string        `json:"description"`
	Settings      ReconSettings `json:"settings"`
	LockedThrough *string       `json:"locked_through" format:"date" doc:"The last day of the last period that is signed off; null: none" example:"2026-09-30"`
	CreatedAt     Time          `json:"created_at"`
	ArchivedAt    *Time         `json:"archived_at" doc:"null: in use"`
	Version       int           `json:"version" doc:"Send it back when you change the project"`
	Role          string        `json:"role" enum:"viewer,analyst,reviewer,owner" doc:"Yours"`
}

// ReconSettings are the rules of a project.
type ReconSettings struct {
	WriteOffLimit   *Money   `json:"write_off_limit,omitempty" doc:"Up to it one person writes off; above it a second one approves. Left out: everything is approved"`
	EscalateAfter   int      `json:"escalate_after_days" doc:"Days that an item may stay open; 0: never"`
	EscalateAbove   int64    `json:"escalate_above_minor" doc:"Minor units above which an open item is escalated at once; 0: never"`
	RunOnNewData    bool     `json:"run_on_new_data" doc:"Run when a new version of a source has come"`
	RunDailyAt      string   `json:"run_daily_at" doc:"By the clocks of Casablanca; empty: never" example:"02:00"`
	ReasonCodes     []string `json:"reason_codes" doc:"What people may give as the reason of a break or of an open record" example:"Frais bancaires"`
	AcceptSuggested float64  `json:"accept_suggested" doc:"The chance from which a suggestion counts as matched without a person; 0: never" example:"0.95"`
}

// ReconCard is a project in a list.
type ReconCard struct {
	ReconProject
	Sources int           `json:"sources"`
	Members int           `json:"members"`
	LastRun *ReconRun     `json:"last_run,omitempty" doc:"The latest, however it ended; left out: none yet"`
	Figures *ReconFigures `json:"figures,omitempty" doc:"Of the last finished run, with all decisions; left out: none yet"`
}

// ReconProjectRequest is what an owner says about a project.
type ReconProjectRequest struct {
	Name        string         `json:"name" doc:"Up to 120 letters" example:"Grand livre et banque"`
	Description string         `json:"description,omitempty" doc:"Up to 2000 letters"`
	Settings    *ReconSettings `json:"settings,omitempty" doc:"Left out: none of them"`
}

// ReconProjectChange is a project as it shall be.
type ReconProjectChange struct {
	ReconProjectRequest
	Version int `json:"version" doc:"Of the project that you have read: 409 where somebody else has changed it since"`
}

// ReconMember is a person in a project.
type ReconMember struct {
	AccountID string `json:"account_id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Role      string `json:"role" enum:"viewer,analyst,reviewer,owner"`
	Since     Time   `json:"since"`
}

// ReconMemberRequest gives a person a role in a project.
type ReconMemberRequest struct {
	Email string `json:"email" doc:"Of somebody who has an account for finance or review" example:"reviewer@khadamat.test"`
	Role  string `json:"role" enum:"viewer,analyst,reviewer,owner" doc:"A viewer looks; an analyst runs and decides; a reviewer approves and signs; an owner changes the project"`
}

type (
	reconProjectsInput struct {
		Archived yesNo `query:"archived" doc:"Those in use, as where it is left out, or those that are archived (true)"`
	}
	reconProjectInput struct {
		Creation
		Body ReconProjectRequest
	}
	reconProjectChangeInput struct {
		ID   string `path:"id"`
		Body ReconProjectChange
	}
	reconMemberInput struct {
		ID   string `path:"id"`
		Body ReconMemberRequest
	}
	reconMemberPath struct {
		ID      string `path:"id"`
		Account string `path:"account"`
	}
)

// maxReconBodyBytes bounds rulesets, mappings and decisions about many items.
const maxReconBodyBytes = 1 << 20

// broad lets an operation take a body of up to maxReconBodyBytes.
func broad(operation huma.Operation) huma.Operation {
	operation.MaxBodyBytes = maxReconBodyBytes
	return operation
}

func (a *api) addRecon() {
	a.addReconProjects()
	a.addReconSources()
	a.addReconRulesets()
	a.addReconRuns()
	a.addReconItems()
	a.addReconPeriods()
	a.addReconHooks()
}

func (a *api) addReconProjects() {
	op := operationsOf(tagRecon)
	add(a, forMe, op("list-recon-projects", http.MethodGet, "/recon/projects", "Your projects", "Those that you are a member of, the one with the latest run first; admins see all.", 403), a.reconProjects)
	add(a, forMe, creating(op("create-recon-project", http.MethodPost, "/recon/projects", "Create a project", "With two empty sources. You are its owner.", 409)), a.createReconProject)
	add(a, forMe, op("get-recon-project", http.MethodGet, "/recon/projects/{id}", "A project", "With its settings.", 403), a.reconProject)
	add(a, forMe, op("change-recon-project", http.MethodPut, "/recon/projects/{id}", "Change a project", "Its name, description and settings. Owners may.", 409), a.changeReconProject)
	add(a, forMe, op("archive-recon-project", http.MethodPost, "/recon/projects/{id}/archive", "Archive a project", "It can be read from then on and nothing else. Owners may.", 409), a.reconProjectAction(a.Recon.Archive))
	add(a, forMe, op("restore-recon-project", http.MethodPost, "/recon/projects/{id}/restore", "Take a project into use again", "Owners may.", 409), a.reconProjectAction(a.Recon.Restore))
	add(a, forMe, op("list-recon-members", http.MethodGet, "/recon/projects/{id}/members", "Members of a project", "Owners first, then by name.", 403), a.reconMembers)
	add(a, forMe, op("set-recon-member", http.MethodPut, "/recon/projects/{id}/members", "Give somebody a role", "Or another one than they have. Owners may; the last owner stays.", 409), a.setReconMember)
	add(a, forMe, op("remove-recon-member", http.MethodDelete, "/recon/projects/{id}/members/{account}", "Remove a member", "Owners may, and everybody themselves; the last owner stays.", 403, 409), a.removeReconMember)
}

func (a *api) reconProjects(ctx context.Context, c *call, in *reconProjectsInput) (*answer[List[ReconCard]], error) {
	archived := in.Archived.choice()
	cards, err := a.Recon.Projects(ctx, c.actor, archived != nil && *archived)
	if err != nil {
		return nil, err
	}
	return reply(listOf(cards, func(card workspace.ProjectCard) ReconCard {
		wire := ReconCard{ReconProject: reconProjectOf(card.Project), Sources: card.Sources, Members: card.Members, Figures: reconFiguresOrNull(card.Figures)}
		if card.LastRun != nil {
			run := reconRunOf(*card.LastRun)
			wire.LastRun = &run
		}
		return wire
	})), nil
}

func (a *api) createReconProject(ctx context.Context, c *call, in *reconProjectInput) (*created[ReconProject], error) {
	form := in.Body.form()
	form.IdempotencyKey = in.IdempotencyKey
	made, err := a.Recon.CreateProject(ctx, c.actor, form)
	if err != nil {
		return nil, reconSettingsNamed(err)
	}
	return &created[ReconProject]{Location: reconProjects + made.ID, Body: reconProjectOf(made)}, nil
}

// reconSettingsNamed calls settings as they are on this wire.
func reconSettingsNamed(err error) error {
	return named(err, "escalate_after", "settings.escalate_after_days", "escalate_above", "settings.escalate_above_minor", "write_off_limit", "settings.write_off_limit",
		"run_daily_at", "settings.run_daily_at", "reason_codes", "settings.reason_codes", "accept_suggested", "settings.accept_suggested")
}

func (a *api) reconProject(ctx context.Context, c *call, in *idInput) (*answer[ReconProject], error) {
	found, err := a.Recon.Project(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(reconProjectOf(found)), nil
}

func (a *api) changeReconProject(ctx context.Context, c *call, in *reconProjectChangeInput) (*answer[ReconProject], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	changed, err := a.Recon.Change(ctx, c.actor, in.ID, in.Body.Version, in.Body.form())
	if err != nil {
		return nil, reconSettingsNamed(err)
	}
	return reply(reconProjectOf(changed)), nil
}

// reconProjectAction is a verb that needs nothing but its project, which it answers with.
func (a *api) reconProjectAction(act func(context.Context, account.Actor, string) error) func(context.Context, *call, *idInput) (*answer[ReconProject], error) {
	return func(ctx context.Context, c *call, in *idInput) (*answer[ReconProject], error) {
		if err := act(ctx, c.actor, in.ID); err != nil {
			return nil, err
		}
		return a.reconProject(ctx, c, in)
	}
}

func (a *api) reconMembers(ctx context.Context, c *call, in *idInput) (*answer[List[ReconMember]], error) {
	members, err := a.Recon.Members(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(members, reconMemberOf)), nil
}

func (a *api) setReconMember(ctx context.Context, c *call, in *reconMemberInput) (*answer[ReconMember], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	member, err := a.Recon.SetMember(ctx, c.actor, in.ID, in.Body.Email, workspace.Role(in.Body.Role))
	if err != nil {
		return nil, err
	}
	return reply(reconMemberOf(member)), nil
}

func (a *api) removeReconMember(ctx context.Context, c *call, in *reconMemberPath) (*struct{}, error) {
	if err := knownForms(in.ID, in.Account); err != nil {
		return nil, err
	}
	return nil, a.Recon.RemoveMember(ctx, c.actor, in.ID, in.Account)
}

func (r ReconProjectRequest) form() workspace.ProjectForm {
	form := workspace.ProjectForm{Name: r.Name, Description: r.Description}
	if s := r.Settings; s != nil {
		form.Settings = workspace.Settings{WriteOffLimit: amountOrZero(s.WriteOffLimit), EscalateAfter: s.EscalateAfter, EscalateAbove: s.EscalateAbove,
			RunOnNewData: s.RunOnNewData, RunDailyAt: s.RunDailyAt, ReasonCodes: s.ReasonCodes, AcceptSuggested: s.AcceptSuggested}
	}
	return form
}

func reconProjectOf(p workspace.Project) ReconProject {
	s := p.Settings
	return ReconProject{ID: p.ID, Name: p.Name, Description: p.Description, LockedThrough: dayOrNull(p.LockedThrough), CreatedAt: timeOf(p.CreatedAt),
		ArchivedAt: timeOrNull(p.ArchivedAt), Version: p.Version, Role: string(p.Mine),
		Settings: ReconSettings{WriteOffLimit: moneyOrNull(s.WriteOffLimit), EscalateAfter: s.EscalateAfter, EscalateAbove: s.EscalateAbove, RunOnNewData: s.RunOnNewData,
			RunDailyAt: s.RunDailyAt, ReasonCodes: notNull(s.ReasonCodes), AcceptSuggested: s.AcceptSuggested}}
}

func reconMemberOf(m workspace.Member) ReconMember {
	return ReconMember{AccountID: m.AccountID, Name: m.Name, Email: m.Email, Role: string(m.Role), Since: timeOf(m.Since)}
}

// notNull is a list that is written as [] where there is none.
func notNull[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func dayOrNull(day record.Day) *string {
	if day == record.NoDay {
		return nil
	}
	written := day.Time().Format("2006-01-02")
	return &written
}

// reconMoney is an amount of a record: one of nothing in a currency is one, unlike none. Files that name no currency have amounts without one.
func reconMoney(a money.Amount) *Money {
	if a.Minor == 0 && a.Currency == "" {
		return nil
	}
	wire := moneyOf(a)
	return &wire
}

// oneOf complains about a value that is none of the allowed ones; empty stands for none.
func oneOf[T ~string](fields *errs.Fields, name string, values []T, allowed ...T) {
	for _, value := range values {
		if !slices.Contains(allowed, value) {
			fields.Add(name, "api.one_of", errs.Args{"Values": joined(allowed)})
			return
		}
	}
}

func joined[T ~string](values []T) string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = string(value)
	}
	return strings.Join(all, ", ")
}

// listed takes a parameter apart that may name several values, by commas.
func listed[T ~string](parameter string) []T {
	var all []T
	for part := range strings.SplitSeq(parameter, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, T(part))
		}
	}
	return all
}

// wholeNumber is a parameter that may be left out.
type wholeNumber struct {
	Value int64
	set   bool
}

// Schema is for huma: an integer.
func (wholeNumber) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Format: "int64"}
}

// Receiver is for huma: where the value goes.
func (n *wholeNumber) Receiver() reflect.Value { return reflect.ValueOf(n).Elem().FieldByName("Value") }

// OnParamSet is for huma.
func (n *wholeNumber) OnParamSet(set bool, _ any) { n.set = set }

func (n wholeNumber) choice() *int64 {
	if !n.set {
		return nil
	}
	return &n.Value
}

// limitOr is how long a page is that nobody asked to be of some length.
func limitOr(limit int) int {
	if limit == 0 {
		return 20
	}
	return limit
}
