// Package secrets implements the Secrets Manager of the embedded cloud: one set of
// secrets with a replica in every Region. A rotation happens in the primary Region and
// reaches the replicas after a lag; on AWS this takes seconds. Functions read secrets with Secrets Manager's JSON protocol.
package secrets

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Staging labels, which a rotation moves. Source: "What's in a Secrets Manager
// secret?",
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
const (
	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
)

// Manager contains the secrets. It is safe for concurrent use.
type Manager struct {
	cfg Config
	now func() time.Time

	mu      sync.RWMutex
	secrets map[string][]state // by name; the latest last
	outage  bool
}

// SetOutage makes every request fail, or ends the outage.
func (m *Manager) SetOutage(outage bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outage = outage
}

// Outage reports whether every request fails.
func (m *Manager) Outage() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.outage
}

// Config configures New.
type Config struct {
	AccountID string
	Names     []string      // of the secrets
	Primary   string        // the Region that rotates the secrets
	Lag       time.Duration // until a rotation reaches the other Regions
}

// state is the versions of a secret by stage, after a rotation.
type state struct {
	since  time.Time
	stages map[string]version
}

type version struct {
	id      string
	value   string
	created time.Time
}

// New returns a Manager with the secrets. Each has a random value of 64 bytes in base64,
// like the first version that Terraform creates.
func New(cfg Config) *Manager {
	m := &Manager{cfg: cfg, now: time.Now, secrets: map[string][]state{}}
	for _, name := range cfg.Names {
		m.secrets[name] = []state{{stages: map[string]version{current: m.newVersion()}}} // in every Region
	}
	return m
}

func (m *Manager) newVersion() version {
	value := make([]byte, 64)
	rand.Read(value) // never returns an error
	return version{id: uuid.NewString(), value: base64.StdEncoding.EncodeToString(value), created: m.now()}
}

// Rotate sets a new random value for a secret. The current version becomes the
// previous one, and the previous version is deleted.
func (m *Manager) Rotate(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.secrets[name]) == 0 {
		return fmt.Errorf("secrets: unknown secret %q", name)
	}
	latest := m.stages(name, m.cfg.Primary)
	stages := map[string]version{previous: latest[current], current: m.newVersion()}
	m.secrets[name] = append(m.secrets[name], state{since: m.now(), stages: stages})
	return nil
}

// stages returns the versions of a secret that a Region has, or nil if the secret is
// unknown. The caller holds m.mu.
func (m *Manager) stages(name, region string) map[string]version {
	states := m.secrets[name]
	for _, s := range slices.Backward(states) {
		if region == m.cfg.Primary || m.now().Sub(s.since) >= m.cfg.Lag {
			return s.stages
		}
	}
	return nil
}

// Handler returns the endpoint of a Region. It implements GetSecretValue and
// refuses other operations by name.
func (m *Manager) Handler(region string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m.Outage() {
			write(w, http.StatusInternalServerError, map[string]any{
				"__type": "InternalServiceError", "Message": "An error occurred on the server side.",
			})
			return
		}
		target := r.Header.Get("X-Amz-Target")
		if r.Method != http.MethodPost || target != "secretsmanager.GetSecretValue" {
			message := fmt.Sprintf("the embedded Secrets Manager implements GetSecretValue, not %q", target)
			refuse(w, "UnknownOperationException", message)
			return
		}
		var in struct{ SecretId, VersionStage, VersionId string }
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in); err != nil {
			refuse(w, "SerializationException", err.Error())
			return
		}
		if in.VersionStage == "" && in.VersionId == "" {
			in.VersionStage = current
		}
		m.get(w, region, in.SecretId, in.VersionStage, in.VersionId)
	})
}

func (m *Manager) get(w http.ResponseWriter, region, id, stage, versionID string) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	name := m.nameOf(id)
	stages := m.stages(name, region)
	if stages == nil {
		refuse(w, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
		return
	}
	for label, v := range stages {
		if (stage == "" || stage == label) && (versionID == "" || versionID == v.id) {
			write(w, http.StatusOK, map[string]any{
				"ARN": m.arn(region, name), "Name": name, "VersionId": v.id, "SecretString": v.value,
				"VersionStages": []string{label}, "CreatedDate": float64(v.created.UnixMilli()) / 1e3,
			})
			return
		}
	}
	refuse(w, "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: "+stage)
}

// arn returns the ARN of a secret. Like Secrets Manager's, it ends in a hyphen and
// six characters, so that no name can be confused with a prefix of another.
func (m *Manager) arn(region, name string) string {
	return "arn:aws:secretsmanager:" + region + ":" + m.cfg.AccountID + ":secret:" + name + "-LoCaL1"
}

// nameOf returns the name of a secret from a name or from an ARN, with or without
// its last six characters.
func (m *Manager) nameOf(id string) string {
	if _, after, ok := strings.Cut(id, ":secret:"); ok {
		return strings.TrimSuffix(after, "-LoCaL1")
	}
	return id
}

func refuse(w http.ResponseWriter, kind, message string) {
	write(w, http.StatusBadRequest, map[string]any{"__type": kind, "Message": message})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) // fails only if the client has disconnected
}
