; The installer for Windows. `packaging/installer.py` compiles it with Inno Setup 6.3 or later:
;   iscc /DVersion=1.2.3 /DBundle=...\facelatch /DRoot=... /DOutput=... /DName=... facelatch.iss
;
; For one user without asking for rights, or for everybody: the wizard asks, or /CURRENTUSER or /ALLUSERS say.
; Silently: setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART [/ALLUSERS] [/TASKS="kiosk"] [/LOG=FILE]
; Removed silently, people stay, unless /PURGE is said: unins000.exe /VERYSILENT [/PURGE]

[Setup]
; What ties a later version to this one, so that it is installed over it. Never change it.
AppId={{6E9E3C0B-0B52-4C3C-9F0E-6B2B1B4D1F47}
AppName=Facelatch
AppVersion={#Version}
AppVerName=Facelatch {#Version}
AppPublisher=The Facelatch developers
VersionInfoVersion={#Version}
DefaultDirName={autopf}\Facelatch
DefaultGroupName=Facelatch
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
UsePreviousPrivileges=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile={#Root}\LICENSE
SetupIconFile={#Root}\build\icons\facelatch.ico
UninstallDisplayIcon={app}\facelatch-gui.exe
OutputDir={#Output}
OutputBaseFilename={#Name}
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
; A running program is asked to close, and a kiosk is started again by its task.
CloseApplications=yes
RestartApplications=no
ChangesEnvironment=yes

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktop"; Description: "Put an icon on the &desktop"; Flags: unchecked
Name: "path"; Description: "Make the command ""facelatch"" known to &terminals"; Flags: unchecked
Name: "kiosk"; Description: "Start the &kiosk when somebody signs in to Windows (its policy: kiosk.toml in Facelatch's settings)"; Flags: unchecked

[InstallDelete]
; What an earlier version brought and this one does not must not be found by it.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Root}\README.md"; DestDir: "{app}"; Flags: ignoreversion
Source: "{#Root}\CHANGELOG.md"; DestDir: "{app}"; Flags: ignoreversion
Source: "{#Root}\LICENSE"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{group}\Facelatch"; Filename: "{app}\facelatch-gui.exe"; WorkingDir: "{app}"
Name: "{autodesktop}\Facelatch"; Filename: "{app}\facelatch-gui.exe"; WorkingDir: "{app}"; Tasks: desktop
Name: "{autostartup}\Facelatch kiosk"; Filename: "{app}\facelatch-gui.exe"; Parameters: "kiosk --config ""{code:PolicyFile}"""; WorkingDir: "{app}"; Tasks: kiosk

[Registry]
Root: HKA; Subkey: "{code:EnvironmentKey}"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsNotOnPath

[Run]
; The program proves itself before the wizard says that it was installed; what it prints is in the log.
Filename: "{app}\facelatch.exe"; Parameters: "self-test"; StatusMsg: "Trying every part of the program..."; Flags: runhidden logoutput
Filename: "{app}\facelatch-gui.exe"; Description: "Start Facelatch"; Flags: nowait postinstall skipifsilent

[Code]
function PolicyFile(Param: String): String;
begin
  { For everybody, the policy lies where everybody finds it and only administrators change it. }
  if IsAdminInstallMode then
    Result := ExpandConstant('{commonappdata}\facelatch\kiosk.toml')
  else
    Result := ExpandConstant('{localappdata}\facelatch\kiosk.toml');
end;

function EnvironmentKey(Param: String): String;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function IsNotOnPath: Boolean;
var
  Before: String;
begin
  Result := True;
  if RegQueryStringValue(HKA, EnvironmentKey(''), 'Path', Before) then
    Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Before) + ';') = 0;
end;

procedure TakeOffPath;
var
  Before: String;
  Place: Integer;
begin
  if not RegQueryStringValue(HKA, EnvironmentKey(''), 'Path', Before) then
    exit;
  Place := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Before) + ';');
  if Place = 0 then
    exit;
  Before := ';' + Before + ';';
  Delete(Before, Place, Length(ExpandConstant('{app}')) + 1);
  Before := Copy(Before, 2, Length(Before) - 2);
  RegWriteExpandStringValue(HKA, EnvironmentKey(''), 'Path', Before);
end;

function SaysPurge: Boolean;
var
  Number: Integer;
begin
  Result := False;
  for Number := 1 to ParamCount do
    if CompareText(ParamStr(Number), '/PURGE') = 0 then
      Result := True;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Purge: Boolean;
begin
  if CurUninstallStep <> usPostUninstall then
    exit;
  TakeOffPath;
  Purge := SaysPurge;
  if (not Purge) and (not UninstallSilent) then
    Purge := MsgBox('Also delete everybody enrolled, with settings, audit trail and backups, of this user?' + #13#10 + #13#10
      + ExpandConstant('{localappdata}\facelatch') + #13#10 + #13#10
      + 'This cannot be undone. With No they stay, and a later installation finds them.',
      mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES;
  if Purge then
  begin
    DelTree(ExpandConstant('{localappdata}\facelatch'), True, True, True);
    DelTree(ExpandConstant('{localappdata}\facelatch-keys'), True, True, True);
  end;
end;
