package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
)

// FinanceDashboard is how much of the house's money is proven.
type FinanceDashboard struct {
	Day         string            `json:"day" format:"date" doc:"That the verdict is about" example:"2026-11-21"`
	Verdict     FinanceVerdict    `json:"verdict" doc:"Of the day"`
	All         FinanceVerdict    `json:"all" doc:"Of all days"`
	Cash        []FinancePosition `json:"cash" doc:"What stands on the accounts: debits positive"`
	Cases       int               `json:"cases" doc:"That are not settled"`
	Waiting     int               `json:"waiting" doc:"Of them, for a second person"`
	ByKind      []FinanceKind     `json:"by_kind"`
	Ageing      []FinanceAge      `json:"ageing"`
	Trend       []FinanceDay      `json:"trend" doc:"30 days, the oldest first"`
	Run         *FinanceRun       `json:"run" doc:"The last one; null: none yet"`
	Balanced    bool              `json:"balanced" doc:"The trial balance is zero"`
	StatementTo *string           `json:"statement_to" format:"date" doc:"The last day that a bank statement covers; null: none"`
}

// FinanceVerdict is how much of what bookings moved is proven.
type FinanceVerdict struct {
	Proven       FinancePart `json:"proven" doc:"Through to the bank"`
	ToSettlement FinancePart `json:"to_settlement" doc:"In the processor's file, and not yet due at the bank"`
	Pending      FinancePart `json:"pending" doc:"Within its time"`
	Settled      FinancePart `json:"settled" doc:"Did not agree, and was settled by two people"`
	Unproven     FinancePart `json:"unproven"`
	Cases        int         `json:"cases" doc:"That are not settled"`
}

// FinancePart is a part of a whole.
type FinancePart struct {
	Count  int   `json:"count"`
	Amount Money `json:"amount"`
}

// FinancePosition is what stands on the accounts of a kind.
type FinancePosition struct {
	Account string `json:"account" example:"funds_held"`
	Amount  Money  `json:"amount"`
}

// FinanceKind counts the cases of a kind that are not settled.
type FinanceKind struct {
	Kind   string `json:"kind" example:"wrong_fee"`
	Count  int    `json:"count"`
	Amount Money  `json:"amount"`
}

// FinanceAge counts the cases of an age that are not settled.
type FinanceAge struct {
	FromDays int   `json:"from_days"`
	ToDays   *int  `json:"to_days" doc:"null: no end"`
	Count    int   `json:"count"`
	Amount   Money `json:"amount"`
}

// FinanceDay is a day of the trend.
type FinanceDay struct {
	Day      string `json:"day" format:"date"`
	Proven   Money  `json:"proven"`
	Pending  Money  `json:"pending"`
	Unproven Money  `json:"unproven"`
	Cases    int    `json:"cases"`
}

// FinanceRun is a run of the proof.
type FinanceRun struct {
	ID         string `json:"id"`
	ProjectID  string `json:"project_id" doc:"Of 378"`
	State      string `json:"state" enum:"queued,running,finished,failed,cancelled"`
	FinishedAt *Time  `json:"finished_at" doc:"null: not yet"`
	Problem    string `json:"problem,omitempty" doc:"Of a failed one"`
}

// FinanceRunStarted names the run that was started.
type FinanceRunStarted struct {
	ID string `json:"id"`
}

// FinanceFile is a file that was taken in.
type FinanceFile struct {
	ID        string  `json:"id"`
	Kind      string  `json:"kind" enum:"settlement,statement"`
	Name      string  `json:"name"`
	Reference string  `json:"reference" doc:"The batch, or the statement's number"`
	From      *string `json:"from" format:"date"`
	To        *string `json:"to" format:"date"`
	Lines     int     `json:"lines"`
	Total     Money   `json:"total" doc:"What the batch sends to the bank, or a statement's lines add up to"`
	Opening   *Money  `json:"opening,omitempty" doc:"Of a statement"`
	Closing   *Money  `json:"closing,omitempty" doc:"Of a statement"`
	TakenAt   Time    `json:"taken_at"`
	TakenBy   string  `json:"taken_by" doc:"The account; empty: the house"`
}

type (
	financeDashboardInput struct {
		Day string `query:"day" doc:"That the verdict is about; yesterday where it is left out" example:"2026-11-21"`
	}
	financeFilesInput struct {
		PageQuery
		Kind string `query:"kind" enum:"settlement,statement" required:"true" doc:"What they are"`
	}
)

// houseZone is whose clock finance counts days on.
const houseZone = payout.Zone

func (a *api) addFinance() {
	op := operationsOf(tagFinance)
	add(a, forMe, op("get-finance-dashboard", http.MethodGet, "/finance/dashboard", "What is proven", "And what is not: of a day, of all days, by kind and age, with the cash position.", 403, 422), a.financeDashboard)
	add(a, forMe, op("prove-finance", http.MethodPost, "/finance/proof", "Prove now", "Starts a run over everything that is known by now; 409 while one runs.", 409), a.proveFinance)
	add(a, forMe, op("list-finance-files", http.MethodGet, "/finance/files", "Files that were taken in", "The latest first.", 403, 422), a.financeFiles)
	file := func(id, path, summary, description string) huma.Operation {
		return creating(op(id, http.MethodPost, path, summary, description+" As multipart/form-data in the field file. A file that came before, or that does not add up, is refused as a whole.", 409))
	}
	addRaw(a, file("take-finance-settlement", "/finance/settlements", "Take in a settlement file", "Of the processor: CSV."), maxFinanceFileBytes, formWith(financeFile, "The file"),
		a.takeFinanceFile(func(ctx context.Context, c *call, name string, content io.Reader) (proof.Taken, error) {
			return a.Proof.TakeSettlement(ctx, c.actor, name, content)
		}))
	addRaw(a, file("take-finance-statement", "/finance/statements", "Take in a bank statement", "Of the house's account: camt.053, MT940 or CSV."), maxFinanceFileBytes, formWith(financeFile, "The file"),
		a.takeFinanceFile(func(ctx context.Context, c *call, name string, content io.Reader) (proof.Taken, error) {
			return a.Proof.TakeStatement(ctx, c.actor, name, content, c.language)
		}))
	a.addFinanceCases()
	a.addFinanceLedger()
	a.addFinancePayouts()
}

const (
	financeFile         = "file"
	maxFinanceFileBytes = 33 << 20 // a file of 32 MB, and the form around it
)

func (a *api) financeDashboard(ctx context.Context, c *call, in *financeDashboardInput) (*answer[FinanceDashboard], error) {
	day, err := dayOf("day", in.Day, 0)
	if err != nil {
		return nil, err
	}
	d, err := a.Proof.Dashboard(ctx, c.actor, day, c.language)
	if err != nil {
		return nil, err
	}
	wire := FinanceDashboard{Day: d.Day.Format(time.DateOnly), Verdict: financeVerdictOf(d.Verdict), All: financeVerdictOf(d.All), Cases: d.Cases, Waiting: d.Waiting, Balanced: d.Balanced,
		Cash: listOf(d.Cash, func(p proof.Position) FinancePosition { return FinancePosition{string(p.Kind), moneyOf(p.Amount)} }).Items,
		ByKind: listOf(d.ByKind, func(k proof.KindCount) FinanceKind {
			return FinanceKind{Kind: string(k.Kind), Count: k.Count, Amount: moneyOf(k.Amount)}
		}).Items,
		Ageing: listOf(d.Ageing, financeAgeOf).Items,
		Trend: listOf(d.Trend, func(t proof.TrendDay) FinanceDay {
			return FinanceDay{Day: t.Day.Format(time.DateOnly), Proven: moneyOf(t.Proven), Pending: moneyOf(t.Pending), Unproven: moneyOf(t.Unproven), Cases: t.Cases}
		}).Items,
		StatementTo: dateOrNull(d.StatementTo)}
	if r := d.Run; r != nil {
		wire.Run = &FinanceRun{ID: r.ID, ProjectID: r.ProjectID, State: string(r.State), FinishedAt: timeOrNull(r.FinishedAt), Problem: r.Problem}
	}
	return reply(wire), nil
}

func financeVerdictOf(v proof.Verdict) FinanceVerdict {
	part := func(p proof.Part) FinancePart { return FinancePart{p.Count, moneyOf(p.Amount)} }
	return FinanceVerdict{Proven: part(v.Proven), ToSettlement: part(v.ToSettlement), Pending: part(v.Pending), Settled: part(v.Settled), Unproven: part(v.Unproven), Cases: v.Cases}
}

func financeAgeOf(a proof.AgeCount) FinanceAge {
	wire := FinanceAge{FromDays: a.FromDays, Count: a.Count, Amount: moneyOf(a.Amount)}
	if a.ToDays >= 0 {
		wire.ToDays = &a.ToDays
	}
	return wire
}

// dayOf reads a day as the instant at which it begins in the house's zone, moved by days; the zero time where it is left out.
func dayOf(name, value string, days int) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	date, err := schedule.ParseDate(value)
	if err != nil {
		return time.Time{}, errs.Fields{{Name: name, Key: "api.not_moment"}}.Err()
	}
	zone, err := schedule.Location(houseZone)
	return date.AddDays(days).In(zone), err
}

func (a *api) proveFinance(ctx context.Context, c *call, _ *struct{}) (*answer[FinanceRunStarted], error) {
	run, err := a.Proof.Prove(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(FinanceRunStarted{run}), nil
}

func (a *api) financeFiles(ctx context.Context, c *call, in *financeFilesInput) (*answer[List[FinanceFile]], error) {
	page, err := a.Proof.Files(ctx, c.actor, proof.TakenKind(in.Kind), in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, financeFileOf)), nil
}

func financeFileOf(t proof.Taken) FinanceFile {
	wire := FinanceFile{ID: t.ID, Kind: string(t.Kind), Name: t.Name, Reference: t.Reference, From: dateOrNull(t.From), To: dateOrNull(t.To), Lines: t.Lines, Total: moneyOf(t.Total),
		TakenAt: timeOf(t.TakenAt), TakenBy: t.TakenBy}
	if t.Kind == proof.StatementFile {
		opening, closing := moneyOf(t.Opening), moneyOf(t.Closing)
		wire.Opening, wire.Closing = &opening, &closing
	}
	return wire
}

// takeFinanceFile finds the file in the form and hands it to take.
func (a *api) takeFinanceFile(take func(ctx context.Context, c *call, name string, content io.Reader) (proof.Taken, error)) func(*call, *http.Request) (FinanceFile, error) {
	return func(c *call, r *http.Request) (FinanceFile, error) {
		if err := c.actor.RequireRole(account.Finance, account.Reviewer); err != nil {
			return FinanceFile{}, err
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != multipartForm {
			return FinanceFile{}, refusal{status: http.StatusUnsupportedMediaType, cause: errs.New(errs.Invalid, "recon_api.multipart")}
		}
		form, err := r.MultipartReader()
		if err != nil {
			return FinanceFile{}, refusal{status: http.StatusBadRequest, cause: errs.Wrap(err, errs.Invalid, "api.broken_body")}
		}
		for {
			part, err := form.NextPart()
			if errors.Is(err, io.EOF) {
				return FinanceFile{}, errs.Fields{{Name: financeFile, Key: "api.required"}}.Err()
			}
			if err != nil {
				return FinanceFile{}, arrival(err)
			}
			if part.FormName() != financeFile {
				continue
			}
			taken, err := take(r.Context(), c, part.FileName(), checkedReader{part})
			if err != nil {
				return FinanceFile{}, arrival(err)
			}
			return financeFileOf(taken), nil
		}
	}
}

// financeAccountOf reads the name of an account: its kind, and a provider's id after a colon.
func financeAccountOf(kind, provider string) (ledger.Account, error) {
	account := ledger.Account{Kind: ledger.Kind(kind), Owner: provider}
	if (provider != "") != (account.Kind == ledger.ProviderPayable) {
		return account, errs.Fields{{Name: "provider", Key: "finance.provider_of_payable"}}.Err()
	}
	return account, nil
}
