package compat

// Verdict says whom a change concerns, and how badly.
type Verdict string

// The verdicts, in descending order.
const (
	// DestroysData deletes stored data, or makes it unreadable, in every environment
	// that is deployed.
	DestroysData Verdict = "destroys data"
	// BreaksClients makes requests fail that succeed with the release.
	BreaksClients Verdict = "breaks clients"
	// BreaksOperators needs the attention of the people who run the system: nothing that
	// the contract promises changes, but alarms, limits, logs or reviewed rights do.
	BreaksOperators Verdict = "breaks operators"
	// CompatibleChange needs no attention.
	CompatibleChange Verdict = "compatible"
	// DocumentationChange affects readers only.
	DocumentationChange Verdict = "documentation"
)

// verdicts has all verdicts, in descending order.
var verdicts = []Verdict{DestroysData, BreaksClients, BreaksOperators, CompatibleChange, DocumentationChange}

// level returns the effect of a change on the version. Operators are not clients: what
// concerns only them is named in the release, but from version 1.0.0 on it must not need
// a major version, which a Go module can reach only under another path.
func (v Verdict) level() Level {
	switch v {
	case DestroysData, BreaksClients:
		return Breaking
	case DocumentationChange:
		return None
	}
	return Compatible
}

// verdict returns the verdict of a change in the specification, whose rules know levels.
func (l Level) verdict() Verdict {
	switch l {
	case Breaking:
		return BreaksClients
	case Compatible:
		return CompatibleChange
	}
	return DocumentationChange
}

// rule is a kind of change in the manifest.
type rule struct {
	id      string
	verdict Verdict
	// advice is the safe way to make the change.
	advice string
}

// The rules for tables. A table is one resource of AWS: what cannot be changed in it is
// changed by destroying it and creating an empty one.
var (
	tableAdded   = rule{"table-added", CompatibleChange, ""}
	tableRemoved = rule{"table-removed", DestroysData,
		"keep declaring the table, which costs only its storage, until its items may go; then raise the version " +
			"and deploy with -allowDataLoss"}
	tableRenamed = rule{"table-renamed", DestroysData,
		"declare the new table beside the old one, write to both, copy the items, read from the new one, and " +
			"remove the old one in a later release"}
	tableKey = rule{"table-key-changed", DestroysData,
		"declare a new table with the new key beside this one, write to both, copy the items, read from the new " +
			"one, and remove this one in a later release"}
	ttlAdded = rule{"ttl-added", DestroysData,
		"choose an attribute that no stored item has, or declare a new table: DynamoDB deletes every item in " +
			"which the attribute is a time in the past"}
	ttlChanged = rule{"ttl-changed", DestroysData,
		"write both attributes until all items that are to expire have the new one: DynamoDB deletes every item " +
			"in which it is a time in the past, and keeps items that have only the old one"}
	ttlRemoved = rule{"ttl-removed", BreaksOperators,
		"items stay for ever from now on: check what was promised about them, and the cost of their storage"}
)

// The rules for indexes. DynamoDB cannot change an index: it is removed and built
// again from the items, and queries fail until that is done. That breaks clients only if
// the functions of the release, which still run, query the index.
var (
	indexAdded   = rule{"index-added", CompatibleChange, ""}
	indexRemoved = rule{"index-removed", BreaksClients,
		"release functions that do not query the index first, and remove it in the release after"}
	indexRenamed = rule{"index-renamed", BreaksClients,
		"declare the new index beside the old one, release functions that query the new one, and remove the old " +
			"one in the release after"}
	indexChanged = rule{"index-changed", BreaksClients,
		"declare an index with another name beside this one, release functions that query the other, and remove " +
			"this one in the release after"}
	unusedIndexRemoved = rule{"unused-index-removed", CompatibleChange, ""}
	unusedIndexChanged = rule{"unused-index-changed", CompatibleChange, ""}
)

// The rules for secrets. Another name is another secret with a value of its own.
var (
	secretAdded   = rule{"secret-added", CompatibleChange, ""}
	secretRemoved = rule{"secret-removed", DestroysData,
		"release functions that do not read the secret first, and keep declaring it while anything that it signed " +
			"or encrypted is in use"}
	secretRenamed = rule{"secret-renamed", DestroysData,
		"declare the new secret beside the old one, read both, and remove the old one when nothing that it signed " +
			"or encrypted is in use"}
	rotationReduced = rule{"rotation-reduced", BreaksOperators,
		"have the team that is responsible for the secret agree: a leaked value is valid for longer"}
	rotationIncreased = rule{"rotation-increased", CompatibleChange, ""}
	secretDescribed   = rule{"secret-described", DocumentationChange, ""}
)

// The rules for scopes.
var (
	oauthScopeAdded   = rule{"oauth-scope-added", CompatibleChange, ""}
	oauthScopeRemoved = rule{"oauth-scope-removed", BreaksClients,
		"keep declaring the scope until no client requests it: a sign-in that requests an unknown scope fails " +
			"with invalid_scope"}
	oauthScopeRenamed = rule{"oauth-scope-renamed", BreaksClients,
		"declare the new scope beside the old one, accept both in every operation, and remove the old one when no " +
			"client requests it"}
	oauthScopeDescribed = rule{"oauth-scope-described", DocumentationChange, ""}
)

// The rules for functions.
var (
	functionRenamed = rule{"function-renamed", BreaksOperators,
		"the function's logs, alarms and metrics begin anew: rename it in dashboards, and in " +
			"reservedConcurrencyOf of the environments"}
	memoryReduced = rule{"memory-reduced", BreaksOperators,
		"measure the function with the new size in an environment for tests: its CPU falls with its memory, and a " +
			"function without memory is a 502 to its client"}
	memoryRaised   = rule{"memory-raised", CompatibleChange, ""}
	timeoutReduced = rule{"timeout-reduced", BreaksOperators,
		"compare the new limit with the longest duration in the function's logs: what takes longer is a 504 to " +
			"its client"}
	timeoutRaised = rule{"timeout-raised", CompatibleChange, ""}
	healthRemoved = rule{"health-removed", BreaksOperators,
		"let another operation of the context be the health operation, or latency routing does not notice that a " +
			"Region cannot serve it"}
	healthAdded   = rule{"health-added", CompatibleChange, ""}
	variable      = rule{"environment-changed", CompatibleChange, ""}
	rightsWidened = rule{"rights-widened", BreaksOperators,
		"have the owner of the data agree: after the roll-out the function may do this in every environment"}
	// A resource of the same release has no data yet that a review would protect.
	rightsAdded    = rule{"rights-added", CompatibleChange, ""}
	rightsNarrowed = rule{"rights-narrowed", CompatibleChange, ""}
	ownerChanged   = rule{"owner-changed", BreaksOperators,
		"have the new owner agree, who gets the context's alarms and reviews"}
)
