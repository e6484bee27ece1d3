// Package app is the only place that wires things: configuration to platform to services to web, api and jobs.
package app

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"khadamat/internal/api"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/outside"
	"khadamat/internal/recon/engine"
	"khadamat/internal/web"
)

// Storage says where data is kept: what every command needs.
type Storage struct {
	Data                string `help:"Folder for everything that is kept." default:"./data" env:"KHADAMAT_DATA"`
	DatabaseURL         string `help:"PostgreSQL address (postgres://…); SQLite in the data folder where it is empty." env:"KHADAMAT_DATABASE_URL"`
	DatabaseConnections int    `help:"PostgreSQL connections at most; 0 for the default." default:"0" env:"KHADAMAT_DATABASE_CONNECTIONS"`
}

// Config is everything that can be set on a server.
type Config struct {
	Storage

	Addr           string   `help:"Address to serve on." default:"127.0.0.1:8080" env:"KHADAMAT_ADDR"`
	AdminAddr      string   `help:"Address for metrics, health and profiles; empty for none." default:"127.0.0.1:9180" env:"KHADAMAT_ADMIN_ADDR"`
	BaseURL        string   `help:"Address that people reach the server at, for links in mail; made from addr where it is empty." env:"KHADAMAT_BASE_URL"`
	Demo           bool     `help:"Fill an empty database with demo data, and show the mail outbox." env:"KHADAMAT_DEMO"`
	LogLevel       string   `help:"What is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"KHADAMAT_LOG_LEVEL"`
	DrainSeconds   int      `help:"How long requests under way may take once the server is told to stop." default:"20" env:"KHADAMAT_DRAIN_SECONDS"`
	TimeoutSeconds int      `help:"How long one request may take." default:"30" env:"KHADAMAT_TIMEOUT_SECONDS"`
	TrustedProxies []string `help:"Networks whose X-Forwarded-For is believed." default:"127.0.0.0/8,::1/128" env:"KHADAMAT_TRUSTED_PROXIES"`

	AddressPerMinute int `help:"Requests a minute from one address." default:"600" env:"KHADAMAT_ADDRESS_PER_MINUTE"`
	AccountPerMinute int `help:"Changes a minute by one account." default:"120" env:"KHADAMAT_ACCOUNT_PER_MINUTE"`
	SignUpsPerHour   int `help:"Sign-ups an hour from one address." default:"20" env:"KHADAMAT_SIGN_UPS_PER_HOUR"`

	SMTPHost     string `name:"smtp-host" help:"Mail server; where it is empty, mail goes into the outbox below the data folder." env:"KHADAMAT_SMTP_HOST"`
	SMTPPort     int    `name:"smtp-port" help:"Port of the mail server." default:"587" env:"KHADAMAT_SMTP_PORT"`
	SMTPUser     string `name:"smtp-user" help:"Account on the mail server." env:"KHADAMAT_SMTP_USER"`
	SMTPPassword string `name:"smtp-password" help:"Password on the mail server." env:"KHADAMAT_SMTP_PASSWORD"`
	MailFrom     string `help:"Sender of mail." default:"Khadamat <bonjour@khadamat.test>" env:"KHADAMAT_MAIL_FROM"`

	Payments            string `help:"Who moves card money: sandbox (test cards, no real money) or stripe." enum:"sandbox,stripe" default:"sandbox" env:"KHADAMAT_PAYMENTS"`
	StripeKey           string `help:"Secret key of the Stripe account (sk_…)." env:"KHADAMAT_STRIPE_KEY"`
	StripeWebhookSecret string `help:"Signing secret of Stripe's webhook to /webhooks/payments/stripe (whsec_…)." env:"KHADAMAT_STRIPE_WEBHOOK_SECRET"`
	SandboxWebhook      string `help:"Address that the sandbox posts its webhooks to; they stay within the process where it is empty." env:"KHADAMAT_SANDBOX_WEBHOOK"`
	SandboxSecret       string `help:"Signing secret of the sandbox's webhooks; made anew at each start where it is empty." env:"KHADAMAT_SANDBOX_SECRET"`

	HouseName    string   `help:"Company that pays providers and writes invoices; a made-up one where it is empty." env:"KHADAMAT_HOUSE_NAME"`
	HouseAddress []string `help:"Its address, line by line." sep:"|" env:"KHADAMAT_HOUSE_ADDRESS"`
	HouseIBAN    string   `name:"house-iban" help:"Its bank account, which statements must be of." env:"KHADAMAT_HOUSE_IBAN"`
	HouseBIC     string   `name:"house-bic" help:"BIC of its bank." env:"KHADAMAT_HOUSE_BIC"`
	HouseICE     string   `name:"house-ice" help:"Its ICE, for invoices." env:"KHADAMAT_HOUSE_ICE"`
	HouseIF      string   `name:"house-if" help:"Its tax identifier (IF), for invoices." env:"KHADAMAT_HOUSE_IF"`
	HouseRC      string   `name:"house-rc" help:"Its entry in the trade register (RC), for invoices." env:"KHADAMAT_HOUSE_RC"`

	ReconDatabases map[string]string `help:"PostgreSQL databases that sources of 378 may ask, as NAME=ADDRESS." env:"KHADAMAT_RECON_DATABASES"`
}

// Validate says what is wrong with the settings, before anything is opened. Kong calls it.
func (c *Config) Validate() error {
	if _, err := c.trusted(); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return fmt.Errorf("addr %q: give host and port, such as 127.0.0.1:8080", c.Addr)
	}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("base URL %q: give scheme and host, such as https://khadamat.example", c.BaseURL)
		}
	}
	if err := c.validatePayments(); err != nil {
		return err
	}
	if err := c.validateHouse(); err != nil {
		return err
	}
	for name, value := range map[string]int{"drain-seconds": c.DrainSeconds, "timeout-seconds": c.TimeoutSeconds, "address-per-minute": c.AddressPerMinute,
		"account-per-minute": c.AccountPerMinute, "sign-ups-per-hour": c.SignUpsPerHour} {
		if value < 1 {
			return fmt.Errorf("%s: must be 1 or more, not %d", name, value)
		}
	}
	return nil
}

func (c *Config) trusted() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range c.TrustedProxies {
		network, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("trusted proxies: %q is not a network such as 10.0.0.0/8", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func (s Storage) database() db.Config {
	return db.Config{URL: s.DatabaseURL, Folder: s.Data, MaxConnections: s.DatabaseConnections}
}

func (c *Config) outboxFolder() string { return filepath.Join(c.Data, "outbox") }

// reconciling is what 378 stands on: runs work in child processes of this very program.
func (c *Config) reconciling() (Reconciling, error) {
	chunks, err := blob.NewFolder(filepath.Join(c.reconFolder(), "chunks"))
	if err != nil {
		return Reconciling{}, err
	}
	runner, err := engine.New("")
	if err != nil {
		return Reconciling{}, err
	}
	return Reconciling{
		Folder: c.reconFolder(), Chunks: chunks, Runner: runner, Databases: c.ReconDatabases, Outside: outside.Options{AllowLoopback: c.Demo},
	}, nil
}

func (s Storage) reconFolder() string { return filepath.Join(s.Data, "recon") }

func (s Storage) blobFolder() string { return filepath.Join(s.Data, "blobs") }

// demoFolder is where the demo's settlement files and statements lie, with truth.csv, which says what is wrong in them.
func (s Storage) demoFolder() string { return filepath.Join(s.Data, "demo") }

// baseURL is where people reach the server, without a slash at the end.
func (c *Config) baseURL() string {
	if c.BaseURL != "" {
		return strings.TrimSuffix(c.BaseURL, "/")
	}
	host, port, _ := net.SplitHostPort(c.Addr)
	if address, err := netip.ParseAddr(host); host == "" || (err == nil && (address.IsLoopback() || address.IsUnspecified())) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (c *Config) drain() time.Duration { return time.Duration(c.DrainSeconds) * time.Second }

func (c *Config) timeout() time.Duration { return time.Duration(c.TimeoutSeconds) * time.Second }

func (c *Config) apiLimits() api.Limits {
	return api.Limits{RequestsPerMinute: c.AddressPerMinute, WritesPerMinute: c.AccountPerMinute, SignUpsPerHour: c.SignUpsPerHour}
}

func (c *Config) webLimits() web.Limits {
	return web.Limits{
		Pages: httpx.Limit{Name: "pages", Count: c.AddressPerMinute, Per: time.Minute},
		Forms: httpx.Limit{Name: "forms", Count: c.AccountPerMinute, Per: time.Minute},
	}
}
