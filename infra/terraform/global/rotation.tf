# The function that Secrets Manager calls for a new value of a secret. The replicas follow
# the secret. It exists only if a secret rotates.

locals {
  rotation = {
    name        = module.settings.names.rotation
    package     = "rotate-secret"
    description = "Creates new values of the secrets that rotate"
    timeout     = 30
    concurrency = module.settings.platform_concurrency.rotation
    statements = [{
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
      Resource = [for s in keys(local.rotated) : aws_secretsmanager_secret.secret[s].arn]
    }]
    variables = { ENVIRONMENT = var.environment }
    alarm     = "A secret could not be rotated. Its old value remains valid and grows older than it should."
  }
}

resource "aws_lambda_permission" "rotation" {
  for_each = local.rotated
  region   = local.settings.home

  statement_id   = "secret-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.platform["rotation"].function_name
  principal      = "secretsmanager.amazonaws.com"
  source_account = local.account
  source_arn     = aws_secretsmanager_secret.secret[each.key].arn
}
