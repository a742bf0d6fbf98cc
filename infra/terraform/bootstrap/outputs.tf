output "bucket" {
  description = "The bucket of the states and its Region, which are arguments of init."
  value       = { name = module.state["primary"].id, region = local.state.primary.region }
}

output "github_roles" {
  description = "The variable AWS_ROLE of each GitHub environment."
  value       = { for name, r in aws_iam_role.github : name => r.arn }
}
