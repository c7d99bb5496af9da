// SPDX-License-Identifier: GPL-3.0-or-later
// libpq, loaded when the first PostgreSQL url is read: it brings Kerberos, LDAP and a second TLS library, twenty files in all, and half of
// the time a start takes, which nobody pays who has no PostgreSQL. Inside this namespace each function has its usual name.
#pragma once
#include <libpq-fe.h>

#include "base/result.hpp"

namespace arint::connectors::sql {

// libpq.so.5 and every function below, once for the process; from any thread. The error (refused) says what could not be loaded, and
// which package has it. Nothing below may be called before.
Result<void> load_libpq();

template <class F>
struct Function;

template <class R, class... A>
struct Function<R(A...)> {
  R (*at)(A...) = nullptr;
  R operator()(A... arguments) const { return at(arguments...); }
};

#define ARINT_LIBPQ(function)                                                                                                              \
  function(PQbackendPID) function(PQcmdTuples) function(PQconnectPoll) function(PQconnectStartParams) function(PQconninfoFree)             \
  function(PQconninfoParse) function(PQconsumeInput) function(PQenterPipelineMode) function(PQerrorMessage) function(PQexitPipelineMode)   \
  function(PQfinish) function(PQflush) function(PQfname) function(PQfreemem) function(PQftype) function(PQgetisnull)                       \
  function(PQgetlength) function(PQgetResult) function(PQgetvalue) function(PQisBusy) function(PQnfields) function(PQnparams)              \
  function(PQntuples) function(PQparamtype) function(PQpipelineSync) function(PQclear) function(PQresultErrorField)                        \
  function(PQresultErrorMessage) function(PQresultStatus) function(PQsendDescribePrepared) function(PQsendPrepare) function(PQsendQuery)   \
  function(PQsendQueryParams) function(PQsendQueryPrepared) function(PQserverVersion) function(PQsetErrorVerbosity)                        \
  function(PQsetNoticeProcessor) function(PQsetnonblocking) function(PQsetSingleRowMode) function(PQsocket) function(PQstatus)             \
  function(PQtransactionStatus)
#define ARINT_DECLARE(name) inline Function<decltype(::name)> name;
ARINT_LIBPQ(ARINT_DECLARE)
#undef ARINT_DECLARE

}  // namespace arint::connectors::sql
