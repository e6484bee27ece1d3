package api

import (
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/account/cookie"
	"khadamat/internal/feature"

	"github.com/danielgtaylor/huma/v2"
)

// Account is a person's own account.
type Account struct {
	ID            string `json:"id" example:"01977c3e-2b1a-7c54-9b3e-5a1f0c2d4e6f"`
	Email         string `json:"email" example:"salma@example.test"`
	Name          string `json:"name" example:"Salma Benali"`
	Role          string `json:"role" enum:"customer,provider,moderator,finance,reviewer,admin"`
	Language      string `json:"language" enum:"fr,ar,en"`
	EmailVerified bool   `json:"email_verified"`
	Phone         string `json:"phone" doc:"E.164; empty where none is known" example:"+212612345678"`
	CreatedAt     Time   `json:"created_at"`
}

func accountOf(a account.Account) Account {
	return Account{ID: a.ID, Email: a.Email, Name: a.Name, Role: string(a.Role), Language: a.Language,
		EmailVerified: !a.EmailVerifiedAt.IsZero(), Phone: a.Phone, CreatedAt: timeOf(a.CreatedAt)}
}

// SignUp is what somebody says of themselves.
type SignUp struct {
	Email    string `json:"email" maxLength:"1000" doc:"An address that mail reaches" example:"salma@example.test"`
	Password string `json:"password" maxLength:"1000" doc:"10 characters or more" example:"une phrase rien qu'à moi"`
	Name     string `json:"name" maxLength:"1000" example:"Salma Benali"`
	Role     string `json:"role,omitempty" enum:"customer,provider" default:"customer"`
	Language string `json:"language,omitempty" enum:"fr,ar,en" doc:"Of mail; the reader's where it is left out"`
	Terms    bool   `json:"terms_accepted" doc:"That the person has accepted the terms at /terms; without that there is no account"`
}

// Login is what somebody proves themselves with.
type Login struct {
	Email    string `json:"email" maxLength:"1000" example:"customer@khadamat.test"`
	Password string `json:"password" maxLength:"1000" example:"demo-khadamat-378"`
	Code     string `json:"code,omitempty" maxLength:"100" doc:"Of the second factor, where the account has one, or a recovery code" example:"123456"`
}

type signUpInput struct {
	Creation
	Body SignUp
}

// Verification is the proof that an address is read by its owner.
type Verification struct {
	Token string `json:"token" maxLength:"200" doc:"From the link in the mail"`
}

// ForgottenPassword says whose password it is.
type ForgottenPassword struct {
	Email string `json:"email" maxLength:"1000" example:"salma@example.test"`
}

// NewPassword is a password with the right to set it.
type NewPassword struct {
	Token    string `json:"token" maxLength:"200" doc:"From the link in the mail"`
	Password string `json:"password" maxLength:"1000" doc:"The new one, 10 characters or more"`
}

type (
	loginInput  struct{ Body Login }
	verifyInput struct{ Body Verification }
	forgotInput struct{ Body ForgottenPassword }
	resetInput  struct{ Body NewPassword }
)

func (a *api) addAuth() {
	post := func(id, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodPost, Path: path, Tags: []string{tagAuth}, Summary: summary, Description: description, Errors: errors}
	}
	signUp := post("sign-up", "/auth/signup", "Sign up", "Makes an account, mails a link that verifies its address, and signs in at once: the answer sets the session cookies.", 409, 503)
	signUp.DefaultStatus = http.StatusCreated
	add(a, forVisitor, signUp, a.signUp)
	add(a, forVisitor, post("sign-in", "/auth/login", "Sign in", "Sets the session cookies. After five wrong passwords in 15 minutes the address is locked for a while, for the right password too. Where the account has a second factor and code is left out, the answer is a 401 that names code among its errors: send the same request again with it. A suspended or banned account gets a 403 with the reason.", 401, 403, 503), a.signIn)
	add(a, forVisitor, post("refresh", "/auth/refresh", "Renew the session", "Takes the refresh cookie and sets both cookies anew. Call it when an operation answers 401. A refresh token that comes a second time ends its session.", 401), a.refresh)
	add(a, forVisitor, post("sign-out", "/auth/logout", "Sign out", "Ends the session and clears its cookies. It is no error to be signed out already."), a.signOut)
	add(a, forVisitor, post("verify-email", "/auth/verify", "Verify an e-mail address", "Takes the token from the mail that sign-up sends; it works once, for a day.", 404, 410), a.verifyEmail)
	add(a, forMe, post("resend-verification", "/auth/verify/resend", "Send the verification mail again", "At most once a minute.", 409), a.resendVerification)
	forgot := post("forgot-password", "/auth/forgot", "Forgot the password", "Mails a link that sets a new one, if somebody has the address. The answer does not tell whether anybody has.")
	forgot.DefaultStatus = http.StatusAccepted
	add(a, forVisitor, forgot, a.forgotPassword)
	add(a, forVisitor, post("reset-password", "/auth/reset", "Set a new password", "Takes the token from the mail of POST /auth/forgot; it works once, for an hour. All sessions and personal access tokens end.", 404, 410, 503), a.resetPassword)
}

func (a *api) signUp(ctx context.Context, c *call, in *signUpInput) (*answer[Account], error) {
	if err := c.limitSignUps(); err != nil {
		return nil, err
	}
	if !a.Features.On(feature.SignUp) {
		return nil, feature.SignUp.Paused()
	}
	if account.Role(in.Body.Role) == account.Provider && !a.Features.On(feature.ProviderSignUp) {
		return nil, feature.ProviderSignUp.Paused()
	}
	language := in.Body.Language
	if language == "" {
		language = string(c.language)
	}
	made, err := a.Accounts.SignUp(ctx, account.NewAccount{Email: in.Body.Email, Password: in.Body.Password, Name: in.Body.Name,
		Role: account.Role(in.Body.Role), Language: language, TermsAccepted: in.Body.Terms, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	session, err := a.Accounts.SignIn(ctx, made.Email, in.Body.Password, c.client())
	if err != nil {
		return nil, err
	}
	return c.letIn(session), nil
}

func (a *api) signIn(ctx context.Context, c *call, in *loginInput) (*answer[Account], error) {
	session, err := a.Accounts.SignInAtOnce(ctx, in.Body.Email, in.Body.Password, in.Body.Code, c.client())
	if err != nil {
		return nil, err
	}
	return c.letIn(session), nil
}

// refresh clears the cookies of a session that is over, so that the browser stops sending them.
func (a *api) refresh(ctx context.Context, c *call, _ *struct{}) (*answer[Account], error) {
	session, err := a.Accounts.Refresh(ctx, cookie.Refresh(c.r), c.client())
	if err != nil {
		if isUnauthenticated(err) {
			cookie.Clear(c.w, c.r)
		}
		return nil, err
	}
	return c.letIn(session), nil
}

func (c *call) letIn(session account.Session) *answer[Account] {
	cookie.Set(c.w, c.r, session)
	return reply(accountOf(session.Account))
}

// signOut ends the session of either cookie: the refresh token's may be missing or used.
func (a *api) signOut(ctx context.Context, c *call, _ *struct{}) (*struct{}, error) {
	if err := a.Accounts.SignOut(ctx, cookie.Refresh(c.r)); err != nil {
		return nil, err
	}
	if actor, err := c.who(); err == nil {
		if err := a.Accounts.SignOutSession(ctx, actor); err != nil {
			return nil, err
		}
	}
	cookie.Clear(c.w, c.r)
	return nil, nil
}

func (a *api) verifyEmail(ctx context.Context, _ *call, in *verifyInput) (*struct{}, error) {
	return nil, a.Accounts.VerifyEmail(ctx, in.Body.Token)
}

func (a *api) resendVerification(ctx context.Context, c *call, _ *struct{}) (*struct{}, error) {
	return nil, a.Accounts.ResendVerification(ctx, c.actor)
}

func (a *api) forgotPassword(ctx context.Context, c *call, in *forgotInput) (*struct{}, error) {
	if err := c.limitSignUps(); err != nil {
		return nil, err
	}
	return nil, a.Accounts.ForgotPassword(ctx, in.Body.Email)
}

func (a *api) resetPassword(ctx context.Context, _ *call, in *resetInput) (*struct{}, error) {
	return nil, a.Accounts.ResetPassword(ctx, in.Body.Token, in.Body.Password)
}
