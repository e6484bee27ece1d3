package workspace

import (
	"context"
	"database/sql"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
)

// Holder is what the workspace keeps about people.
func (s *Service) Holder() account.Holder { return holder{s.config.DB} }

type holder struct{ db *db.DB }

// Export returns the projects that a person is in, and what they decided and said there.
func (h holder) Export(ctx context.Context, accountID string) (string, any, error) {
	type membership struct {
		ProjectID string    `json:"project_id"`
		Name      string    `json:"name"`
		Role      Role      `json:"role"`
		Since     time.Time `json:"since"`
	}
	rows, err := h.db.Query(ctx, `SELECT p.id, p.name, m.role, m.since FROM recon_members m JOIN recon_projects p ON p.id = m.project_id WHERE m.account_id = $1 ORDER BY m.since, p.id`, accountID)
	projects, err := db.Collect(rows, err, func(rows *sql.Rows) (m membership, err error) {
		return m, rows.Scan(&m.ProjectID, &m.Name, &m.Role, db.Time(&m.Since))
	})
	if err != nil {
		return "reconciliations", nil, err
	}
	type decision struct {
		ProjectID string    `json:"project_id"`
		Action    Action    `json:"action"`
		At        time.Time `json:"at"`
		Reason    string    `json:"reason,omitempty"`
		Note      string    `json:"note,omitempty"`
		Items     int       `json:"items"`
	}
	rows, err = h.db.Query(ctx, `SELECT project_id, action, decided_at, reason, note, items FROM recon_decisions WHERE account_id = $1 ORDER BY decided_at`, accountID)
	decisions, err := db.Collect(rows, err, func(rows *sql.Rows) (d decision, err error) {
		return d, rows.Scan(&d.ProjectID, &d.Action, db.Time(&d.At), &d.Reason, &d.Note, &d.Items)
	})
	if err != nil || len(projects)+len(decisions) == 0 {
		return "reconciliations", nil, err
	}
	return "reconciliations", map[string]any{"projects": projects, "decisions": decisions}, nil
}

// Erase takes a person out of their projects, and their words out of decisions. The decisions themselves stay: others' books rest on them.
func (h holder) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	for _, statement := range []string{
		`UPDATE recon_decisions SET note = '' WHERE account_id = $1 AND note <> ''`,
		`UPDATE recon_rulesets SET note = '' WHERE account_id = $1`,
		`DELETE FROM recon_chunks WHERE upload_id IN (SELECT id FROM recon_uploads WHERE account_id = $1)`,
		`DELETE FROM recon_uploads WHERE account_id = $1`,
		`DELETE FROM recon_locks WHERE account_id = $1`,
		`DELETE FROM recon_members WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, accountID); err != nil {
			return err
		}
	}
	return nil
}
