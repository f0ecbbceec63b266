//+------------------------------------------------------------------+
//| A robot that asks the desk. The same source compiles on          |
//| MetaTrader 4: rename it to sample.mq4.                           |
//+------------------------------------------------------------------+
#property strict
#include "codedesk.mqh"

input string Licence = "";                       // the key from your desk
input string DeskUrl = "https://desk.example";   // allow it in Tools, Options, Expert Advisors

// As it stands on the desk's page Products.
#define PRODUCT "robot"

// Yours, from `python -m app keys list`. While you change to another, both.
#define KEY_1 "0000000000000000"
#define MODULUS_1 ""
#define KEY_2 ""
#define MODULUS_2 ""

CCodedesk desk;

int OnInit()
  {
   MathSrand((int)(TimeLocal() ^ GetTickCount()));
   desk.Desk(DeskUrl, KEY_1, MODULUS_1, KEY_2, MODULUS_2);
#ifdef __MQL5__
   string platform = "mt5";
#else
   string platform = "mt4";
#endif
   string mode = AccountInfoInteger(ACCOUNT_TRADE_MODE) == ACCOUNT_TRADE_MODE_DEMO ? "demo" :
                 AccountInfoInteger(ACCOUNT_TRADE_MODE) == ACCOUNT_TRADE_MODE_CONTEST ? "contest" : "real";
   string account = IntegerToString(AccountInfoInteger(ACCOUNT_LOGIN));
   desk.Robot(Licence, PRODUCT, platform, account, AccountInfoString(ACCOUNT_SERVER), mode, "1.0",
              StringSubstr(TerminalInfoString(TERMINAL_DATA_PATH), StringLen(TerminalInfoString(TERMINAL_DATA_PATH)) - 32),
              "codedesk-" + account + ".txt");
   // The strategy tester reaches no network: there the robot decides by itself.
   if(!MQLInfoInteger(MQL_TESTER))
      Ask();
   return INIT_SUCCEEDED;
  }

// Never in OnTick: a request holds the robot for up to five seconds.
void OnTimer()
  {
   Ask();
  }

void Ask()
  {
   if(!desk.Check())
      Print("Codedesk: ", desk.Trouble());
   else
      if(desk.Code() != "VALID")
         Print("Codedesk: ", desk.Message());
   EventKillTimer();
   EventSetTimer(desk.CheckAfter());
  }

void OnDeinit(const int reason)
  {
   EventKillTimer();
  }

void OnTick()
  {
   bool may_open = MQLInfoInteger(MQL_TESTER) || desk.MayTrade();
   // Open positions are managed whatever it says; new ones are opened only if it may.
   if(may_open)
     {
     }
  }
