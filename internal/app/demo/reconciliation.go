package demo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/sample"
	"khadamat/internal/recon/workspace"
)

// ledgerRows is how large the books are that the demo's people reconcile.
const ledgerRows = 300

// reconciliation has the finance people reconcile a ledger with its bank statement, and settle a little of what is left.
func (p *player) reconciliation(ctx context.Context) (err error) {
	folder, err := os.MkdirTemp("", "khadamat-demo-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if _, err := sample.Write(ctx, folder, sample.Options{Rows: ledgerRows, Seed: 378, Until: monday(p.now)}); err != nil {
		return err
	}
	project, err := p.Workspace.CreateProject(ctx, p.as(p.finance), workspace.ProjectForm{
		Name: "Grand livre et banque", Description: "Le compte courant de la maison contre son grand livre, chaque mois.",
		Settings: workspace.Settings{
			WriteOffLimit: money.Of(10_00, money.MAD), EscalateAfter: 60, EscalateAbove: 50_000_00, RunOnNewData: true,
			ReasonCodes: []string{"Frais bancaires", "Décalage de date", "Erreur de saisie", "Pièce manquante", "Doublon"},
		},
	})
	if err != nil {
		return err
	}
	if _, err := p.Workspace.SetMember(ctx, p.as(p.finance), project.ID, p.reviewer.Email, workspace.Reviewer); err != nil {
		return err
	}
	if err := p.load(ctx, project.ID, folder); err != nil {
		return err
	}
	run, err := p.Workspace.Start(ctx, p.as(p.finance), project.ID, workspace.RunForm{})
	if err != nil {
		return err
	}
	if err := p.Workspace.Work(ctx, run.ID); err != nil {
		return err
	}
	return p.settleSome(ctx, project.ID)
}

// monday is that of the week before a moment.
func monday(now time.Time) time.Time {
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return day.AddDate(0, 0, -int(day.Weekday()+6)%7-7)
}

// load loads the files of a sample: the ledger on the left, the bank on the right.
func (p *player) load(ctx context.Context, projectID, folder string) error {
	sources, err := p.Workspace.Sources(ctx, p.as(p.finance), projectID)
	if err != nil {
		return err
	}
	for i, side := range []struct{ file, name, shown string }{
		{sample.LedgerFile, "Grand livre", "grand-livre.csv"}, {sample.BankFile, "Banque", "releve-bancaire.csv"},
	} {
		actor := p.as(p.finance)
		if _, err := p.Workspace.ChangeSource(ctx, actor, sources[i].ID, workspace.SourceForm{Name: side.name}); err != nil {
			return err
		}
		file, err := os.Open(filepath.Join(folder, side.file))
		if err != nil {
			return err
		}
		_, err = p.Workspace.Upload(ctx, actor, sources[i].ID, side.shown, file, i18n.French)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// settleSome decides on a few items, and leaves the others to whoever looks at the demo.
func (p *player) settleSome(ctx context.Context, projectID string) error {
	for _, one := range []struct {
		who    account.Account
		status workspace.Status
		side   int // of open records; -1: any item
		act    workspace.Act
	}{
		{p.finance, workspace.StatusSuggested, -1, workspace.Act{Action: workspace.Accept}},
		{p.finance, workspace.StatusBreak, -1, workspace.Act{Action: workspace.Explain, Reason: "Frais bancaires", Note: "La commission de la banque, d’après le relevé."}},
		{p.finance, workspace.StatusOpen, 0, workspace.Act{Action: workspace.Remark, Note: "J’ai demandé la pièce au fournisseur."}},
		{p.finance, workspace.StatusOpen, 0, workspace.Act{Action: workspace.Assign, Assignee: p.reviewer.ID}},
		{p.finance, workspace.StatusOpen, 1, workspace.Act{Action: workspace.WriteOff, Reason: "Pièce manquante", Note: "Aucune pièce ne se retrouve."}},
		{p.reviewer, workspace.StatusOpen, 0, workspace.Act{Action: workspace.Remark, Note: "Merci, je regarde demain."}},
	} {
		filter := workspace.Filter{Statuses: []workspace.Status{one.status}}
		if one.side >= 0 {
			filter.Side = &one.side
		}
		actor := p.as(one.who)
		found, err := p.Workspace.Items(ctx, actor, projectID, filter, workspace.ByUrgency, 0, 1)
		if err != nil {
			return err
		}
		if len(found.Items) == 0 {
			continue
		}
		one.act.Items = []string{found.Items[0].ID}
		if _, err := p.Workspace.Decide(ctx, actor, projectID, one.act); err != nil {
			return err
		}
	}
	return nil
}
