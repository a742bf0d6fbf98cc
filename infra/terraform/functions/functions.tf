# The Lambdas of one context in one Region: one per operation.

locals {
  functions = module.settings.context.functions
  artifacts = "${coalesce(var.artifacts, "${var.repository}/dist/functions/linux-arm64")}/${var.context}"

  # STRONG_REGION is the member of strongly consistent tables that the Region calls,
  # STRONG_SUFFIX the end of the names of ordinary tables in their place, and STRONG_HELD
  # refuses writes to them while deploy:claims copies them.
  has_strong = anytrue([for t in values(module.settings.context.tables) : try(t.consistency == "strong", false)])
  strong_variables = { for name, value in {
    STRONG_REGION = lookup(module.settings.strong_region, var.region, var.region)
    STRONG_SUFFIX = module.settings.ordinary.used ? module.settings.ordinary.suffix : ""
    STRONG_HELD   = contains(["copying", "switching"], module.settings.ordinary.phase) ? "true" : ""
  } : name => value if local.has_strong && value != "" && value != var.region }

  # STRONG_REPLICAS are the Regions that an operation reads which is to know what each shows.
  replicas = module.settings.ordinary.used ? [] : module.settings.strong.replicas
  replica_variables = {
    for short, f in local.functions : short => { for value in compact([join(",", local.replicas)]) : "STRONG_REPLICAS" => value if anytrue([for g in f.grants : try(g.replicas, false)]) }
  }

  names = { for short in keys(local.functions) : short => module.settings.names.functions["${var.context}-${short}"] }
}

# The root global creates it. AWS chooses the id, so it is looked up by the alias.
data "aws_kms_alias" "environment" {
  count  = module.settings.lean ? 0 : 1
  region = var.region
  name   = module.settings.names.key_alias
}

# Lambda would create the group itself, without retention, key or tags.
resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions
  region   = var.region

  name              = "/aws/lambda/${local.names[each.key]}"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = one(data.aws_kms_alias.environment[*].target_key_arn)
}

resource "aws_lambda_function" "function" {
  #checkov:skip=CKV_AWS_116: a dead letter queue is for asynchronous invocations, and API Gateway waits for the response.
  #checkov:skip=CKV_AWS_117: a function calls only public, authenticated endpoints of AWS; a VPC would add network interfaces and NAT, and protect nothing.
  #checkov:skip=CKV_AWS_173: the variables are the environment's name and the number of threads; our own key would add a call to KMS to every cold start.
  #checkov:skip=CKV_AWS_272: the pipeline that builds the package would also sign it, and no role allows anything else to write code.
  for_each = local.functions
  region   = var.region

  function_name = local.names[each.key]
  description   = "${each.value.method} ${each.value.path}"
  role          = aws_iam_role.function[each.key].arn

  filename         = "${local.artifacts}/${each.key}.zip"
  source_code_hash = try(filebase64sha256("${local.artifacts}/${each.key}.zip"), null)
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  handler          = "bootstrap"
  memory_size      = each.value.memoryMB
  timeout          = each.value.timeoutSeconds
  publish          = true

  # A reservation is a limit as well: no function can use up the account's concurrency, or
  # cost more than this many executions at a time. -1 is neither.
  reserved_concurrent_executions = module.settings.reserved_concurrency["${var.context}-${each.key}"]

  environment {
    variables = merge(each.value.environment, { ENVIRONMENT = var.environment }, local.strong_variables, local.replica_variables[each.key])
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO" # includes the report of each invocation, with the initialisation
    log_group             = aws_cloudwatch_log_group.function[each.key].name
  }

  tracing_config {
    mode = "Active"
  }

  # The first invocation needs the rights.
  depends_on = [aws_iam_role_policy.function]

  # A precondition and not an error of the hash above: preconditions are checked only
  # when a function is created or changed, so a context can be destroyed without a build.
  lifecycle {
    precondition {
      condition     = fileexists("${local.artifacts}/${each.key}.zip")
      error_message = "${local.artifacts}/${each.key}.zip does not exist: build the functions first with 'go tool mage build'."
    }
  }
}

# The API calls the alias and never $LATEST, so that the live version can be restored.
resource "aws_lambda_alias" "live" {
  for_each = local.functions
  region   = var.region

  name             = "live"
  description      = "The version that the API calls."
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = aws_lambda_function.function[each.key].version
}
