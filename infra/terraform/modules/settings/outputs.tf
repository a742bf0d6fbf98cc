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
  description = "Concurrent executions that each function reserves and is limited to, by context-operation."
  value       = local.reserved
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
    { system = "meridian", environment = var.environment, root = var.root },
    var.context == null ? {} : { context = var.context, owner = local.context.owner },
  )
}

output "strong" {
  description = "The members of strongly consistent tables: replicas and witness. Empty if the environment has one Region or no such table."
  value       = local.strong
}

output "strong_region" {
  description = "The member of strongly consistent tables that each Region calls: itself, if it is one."
  value       = local.strong_region
}
