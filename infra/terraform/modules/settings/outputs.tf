output "settings" {
  description = "The environment's settings: the members of its file."
  value       = local.settings
}

output "problems" {
  description = "Problems of the settings, a sentence each."
  value       = local.problems
}

output "contexts" {
  description = "The manifests of all bounded contexts, by name."
  value       = local.contexts
}

output "context" {
  description = "The manifest of the context that the root is applied for."
  value       = local.context
}

output "functions" {
  description = "All functions of all contexts by context-operation, with their context."
  value       = local.functions
}

output "reserved_concurrency" {
  description = "Concurrent executions that each function reserves and is limited to, by context-operation. -1 reserves none and is the provider's value for it."
  value       = { for key, n in local.reserved : key => n == 0 ? -1 : n }
}

output "platform_concurrency" {
  description = "Concurrent executions that each of the deployment's own functions reserves: -1 for none, if the environment's operations reserve none."
  value = {
    claims   = local.settings.functions.reservedConcurrency == 0 ? -1 : local.settings.functions.reservedConcurrency
    rotation = local.settings.functions.reservedConcurrency == 0 ? -1 : 1
  }
}

output "firewall" {
  description = "What the firewall allows in a window of some seconds: requests of one caller, and of one address."
  value = {
    window  = local.window
    caller  = local.settings.api.requestsPerCaller
    address = local.address_limit
  }
}

output "runbook" {
  description = "The address of the runbook, which has a heading for each alarm."
  value       = local.runbook
}

output "lean" {
  description = "Whether the environment has the profile lean."
  value       = local.lean
}

output "system" {
  description = "The names of the system: name, for identifiers, title, for people, and repository."
  value       = local.system
}

output "names" {
  description = "The names by which the roots find each other's resources."
  value       = local.names
}

output "global_region" {
  description = "The Region in which AWS keeps resources that belong to no Region."
  value       = local.global_region
}

output "tags" {
  description = "Tags of all the root's resources."
  value = merge(
    { system = local.system.name, environment = var.environment, root = var.root },
    { for k in ["creator", "expires"] : k => local.settings[k] if local.settings[k] != "" },
    var.context == null ? {} : { context = var.context, owner = local.context.owner },
  )
}

output "strong" {
  description = "The members of strongly consistent tables: replicas and witness. Empty if the environment has one Region or no such table."
  value       = local.strong
}

output "strong_region" {
  description = "The member of strongly consistent tables that each Region calls: the nearest one."
  value       = local.strong_region
}

output "ordinary" {
  description = "Ordinary tables in place of strongly consistent ones: their names' suffix, whether they exist, and whether the functions use them. phase is the phase of deploy:claims, which copies them."
  value = {
    suffix = local.ordinary_suffix
    exist  = local.has_ordinary
    used   = local.uses_ordinary
    phase  = local.phase
  }
}
