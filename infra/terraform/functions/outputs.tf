output "functions" {
  description = "ARNs of the aliases that the API calls, by function."
  value       = { for short, a in aws_lambda_alias.live : short => a.arn }
}

output "roles" {
  description = "Names of the functions' roles, by function."
  value       = { for short, r in aws_iam_role.function : short => r.name }
}
