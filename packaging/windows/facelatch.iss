; The installer for Windows. `packaging/installer.py` compiles it with Inno Setup 6.3 or later:
;   iscc /DVersion=1.2.3 /DBundle=...\facelatch /DRoot=... /DOutput=... /DName=... facelatch.iss
;
; Installs for the current user without elevation, or for all users: the wizard asks, or /CURRENTUSER or /ALLUSERS decide.
; Silently: setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART [/ALLUSERS] [/TASKS="kiosk"] [/LOG=FILE]
; A silent removal keeps the data, unless /PURGE is given: unins000.exe /VERYSILENT [/PURGE]

[Setup]
; Identifies the program, so that a later version upgrades this one. Never change it.
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
; A running program is closed, and a kiosk is restarted by its task.
CloseApplications=yes
RestartApplications=no
ChangesEnvironment=yes

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktop"; Description: "Put an icon on the &desktop"; Flags: unchecked
Name: "path"; Description: "Add the command ""facelatch"" to the path of &terminals"; Flags: unchecked
Name: "kiosk"; Description: "Start the &kiosk at sign-in to Windows (policy: kiosk.toml in the Facelatch settings)"; Flags: unchecked

[InstallDelete]
; Files of an earlier version must not be loaded by this one.
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
; The self-test runs before the wizard reports success; its output is in the log.
Filename: "{app}\facelatch.exe"; Parameters: "self-test"; StatusMsg: "Running the self-test..."; Flags: runhidden logoutput
Filename: "{app}\facelatch-gui.exe"; Description: "Start Facelatch"; Flags: nowait postinstall skipifsilent

[Code]
function PolicyFile(Param: String): String;
begin
  { For all users, the policy is in a directory that only administrators can write. }
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
    Purge := MsgBox('Also delete the enrolled people, settings, audit log and backups of this user?' + #13#10 + #13#10
      + ExpandConstant('{localappdata}\facelatch') + #13#10 + #13#10
      + 'This cannot be undone. With No, they are kept, and a later installation uses them.',
      mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES;
  if Purge then
  begin
    DelTree(ExpandConstant('{localappdata}\facelatch'), True, True, True);
    DelTree(ExpandConstant('{localappdata}\facelatch-keys'), True, True, True);
  end;
end;
