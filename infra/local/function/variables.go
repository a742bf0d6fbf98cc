package function

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Credentials of every function. They do not belong to any account. All functions
// share them, because DynamoDB Local by default keeps a separate database per
// access key.
const (
	AccessKeyID     = "ASIAMERIDIANLOCAL000"
	SecretAccessKey = "meridian-local-secret"
)

// tokenKey signs session tokens, so that a function cannot make another's.
var tokenKey = []byte(rand.Text())

// SessionToken returns the session token of a function, which each of its signed calls
// of AWS carries in X-Amz-Security-Token. As on AWS, it identifies the caller; the access
// key does not, because DynamoDB Local keeps a database for each.
func SessionToken(name string) string {
	mac := hmac.New(sha256.New, tokenKey)
	mac.Write([]byte(name))
	return name + "." + hex.EncodeToString(mac.Sum(nil))
}

// CallerOf returns the name of the function whose session token it is, or "" if it is
// not a function's.
func CallerOf(sessionToken string) string {
	i := strings.LastIndexByte(sessionToken, '.')
	if i < 0 || !hmac.Equal([]byte(SessionToken(sessionToken[:i])), []byte(sessionToken)) {
		return ""
	}
	return sessionToken[:i]
}

// reserved lists the names that Lambda refuses in a function's configuration.
// Source: "Working with Lambda environment variables",
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", addressVariable, "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "TZ",
}

// addressVariable distinguishes the processes of one environment from all others while
// its Runtime API listens.
const addressVariable = "AWS_LAMBDA_RUNTIME_API"

// environ returns the complete environment of a function's process: Lambda's
// variables and the configured ones. It does not include variables of this process,
// such as the developer's AWS_PROFILE, keys and proxies: a function that works
// because of one of them would fail in the cloud.
func (c *Config) environ(name string, f Function, runtimeAPI, instance string, now time.Time) []string {
	env := make([]string, 0, 24+len(f.Env))
	set := func(name, value string) { env = append(env, name+"="+value) }

	set("_HANDLER", "bootstrap")
	set("AWS_REGION", c.Region)
	set("AWS_DEFAULT_REGION", c.Region)
	set("AWS_LAMBDA_FUNCTION_NAME", name)
	set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
	set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", strconv.Itoa(f.MemoryMB))
	set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
	set("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/"+name)
	set("AWS_LAMBDA_LOG_STREAM_NAME", now.UTC().Format("2006/01/02")+"/[$LATEST]"+instance)
	set(addressVariable, runtimeAPI)
	set("AWS_ACCESS_KEY_ID", AccessKeyID)
	set("AWS_SECRET_ACCESS_KEY", SecretAccessKey)
	set("AWS_SESSION_TOKEN", SessionToken(name))
	set("LAMBDA_TASK_ROOT", filepath.Dir(f.Binary)) // /var/task on Lambda; the folder of the code in both cases
	set("LAMBDA_RUNTIME_DIR", "/var/runtime")
	set("TZ", ":UTC")
	// Of provided.al2023, as recorded in testdata/recorded/environment/recorded.txtar.
	set("AWS_EXECUTION_ENV", "AWS_Lambda_rapid")
	for _, base := range [][2]string{
		{"LANG", "en_US.UTF-8"},
		{"PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
		{"LD_LIBRARY_PATH", "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"},
		{"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
		{"AWS_XRAY_DAEMON_ADDRESS", c.XRayDaemon},
	} {
		if _, own := f.Env[base[0]]; !own {
			set(base[0], base[1])
		}
	}
	for name, value := range f.Env {
		set(name, value)
	}
	return env
}
