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

// A function of the library by its name; all of them stand in one list, so that none can be forgotten.
struct Symbol {
  explicit Symbol(const char* its_name) noexcept : name(its_name), next(first) { first = this; }
  const char* name;
  void* at = nullptr;
  Symbol* next;
  static inline constinit Symbol* first = nullptr;
};

template <class F>
struct Function;

template <class R, class... A>
struct Function<R(A...)> : Symbol {
  using Symbol::Symbol;
  R operator()(A... arguments) const { return reinterpret_cast<R (*)(A...)>(at)(arguments...); }
};

inline Function<decltype(::PQbackendPID)> PQbackendPID{"PQbackendPID"};
inline Function<decltype(::PQclear)> PQclear{"PQclear"};
inline Function<decltype(::PQcmdTuples)> PQcmdTuples{"PQcmdTuples"};
inline Function<decltype(::PQconnectPoll)> PQconnectPoll{"PQconnectPoll"};
inline Function<decltype(::PQconnectStartParams)> PQconnectStartParams{"PQconnectStartParams"};
inline Function<decltype(::PQconninfoFree)> PQconninfoFree{"PQconninfoFree"};
inline Function<decltype(::PQconninfoParse)> PQconninfoParse{"PQconninfoParse"};
inline Function<decltype(::PQconsumeInput)> PQconsumeInput{"PQconsumeInput"};
inline Function<decltype(::PQenterPipelineMode)> PQenterPipelineMode{"PQenterPipelineMode"};
inline Function<decltype(::PQerrorMessage)> PQerrorMessage{"PQerrorMessage"};
inline Function<decltype(::PQexitPipelineMode)> PQexitPipelineMode{"PQexitPipelineMode"};
inline Function<decltype(::PQfinish)> PQfinish{"PQfinish"};
inline Function<decltype(::PQflush)> PQflush{"PQflush"};
inline Function<decltype(::PQfname)> PQfname{"PQfname"};
inline Function<decltype(::PQfreemem)> PQfreemem{"PQfreemem"};
inline Function<decltype(::PQftype)> PQftype{"PQftype"};
inline Function<decltype(::PQgetResult)> PQgetResult{"PQgetResult"};
inline Function<decltype(::PQgetisnull)> PQgetisnull{"PQgetisnull"};
inline Function<decltype(::PQgetlength)> PQgetlength{"PQgetlength"};
inline Function<decltype(::PQgetvalue)> PQgetvalue{"PQgetvalue"};
inline Function<decltype(::PQisBusy)> PQisBusy{"PQisBusy"};
inline Function<decltype(::PQnfields)> PQnfields{"PQnfields"};
inline Function<decltype(::PQnparams)> PQnparams{"PQnparams"};
inline Function<decltype(::PQntuples)> PQntuples{"PQntuples"};
inline Function<decltype(::PQparamtype)> PQparamtype{"PQparamtype"};
inline Function<decltype(::PQpipelineSync)> PQpipelineSync{"PQpipelineSync"};
inline Function<decltype(::PQresultErrorField)> PQresultErrorField{"PQresultErrorField"};
inline Function<decltype(::PQresultErrorMessage)> PQresultErrorMessage{"PQresultErrorMessage"};
inline Function<decltype(::PQresultStatus)> PQresultStatus{"PQresultStatus"};
inline Function<decltype(::PQsendDescribePrepared)> PQsendDescribePrepared{"PQsendDescribePrepared"};
inline Function<decltype(::PQsendPrepare)> PQsendPrepare{"PQsendPrepare"};
inline Function<decltype(::PQsendQuery)> PQsendQuery{"PQsendQuery"};
inline Function<decltype(::PQsendQueryParams)> PQsendQueryParams{"PQsendQueryParams"};
inline Function<decltype(::PQsendQueryPrepared)> PQsendQueryPrepared{"PQsendQueryPrepared"};
inline Function<decltype(::PQserverVersion)> PQserverVersion{"PQserverVersion"};
inline Function<decltype(::PQsetErrorVerbosity)> PQsetErrorVerbosity{"PQsetErrorVerbosity"};
inline Function<decltype(::PQsetNoticeProcessor)> PQsetNoticeProcessor{"PQsetNoticeProcessor"};
inline Function<decltype(::PQsetSingleRowMode)> PQsetSingleRowMode{"PQsetSingleRowMode"};
inline Function<decltype(::PQsetnonblocking)> PQsetnonblocking{"PQsetnonblocking"};
inline Function<decltype(::PQsocket)> PQsocket{"PQsocket"};
inline Function<decltype(::PQstatus)> PQstatus{"PQstatus"};
inline Function<decltype(::PQtransactionStatus)> PQtransactionStatus{"PQtransactionStatus"};

}  // namespace arint::connectors::sql
