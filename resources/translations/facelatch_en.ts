<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CameraAttemptTexts</name>
    <message numerus="yes">
        <source>Tried %n time(s); it goes on being tried.</source>
        <translation>
            <numerusform>Tried once; it goes on being tried.</numerusform>
            <numerusform>Tried %n times; it goes on being tried.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message numerus="yes">
        <source>%n fault(s) found</source>
        <translation>
            <numerusform>%n fault found</numerusform>
            <numerusform>%n faults found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ErasePane</name>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n template</numerusform>
            <numerusform>%n templates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n consent(s)</source>
        <translation>
            <numerusform>%n consent</numerusform>
            <numerusform>%n consents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message numerus="yes">
        <source>%n person(s) are in the file.</source>
        <translation>
            <numerusform>%n person is in the file.</numerusform>
            <numerusform>%n people are in the file.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportOutcomes</name>
    <message numerus="yes">
        <source>%n person(s) from another model, with templates made of their kept pictures</source>
        <translation>
            <numerusform>%n person from another model, with templates made of their kept pictures</numerusform>
            <numerusform>%n people from another model, with templates made of their kept pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) to be enrolled again: their templates are of another model</source>
        <translation>
            <numerusform>%n person to be enrolled again: their templates are of another model</numerusform>
            <numerusform>%n people to be enrolled again: their templates are of another model</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportPanel</name>
    <message numerus="yes">
        <source>%n person(s), encrypted.</source>
        <translation>
            <numerusform>%n person, encrypted.</numerusform>
            <numerusform>%n people, encrypted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message numerus="yes">
        <source>%n character(s) typed</source>
        <translation>
            <numerusform>%n character typed</numerusform>
            <numerusform>%n characters typed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MergePane</name>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n template</numerusform>
            <numerusform>%n templates</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NewPassphraseField</name>
    <message numerus="yes">
        <source>At least %n letters</source>
        <translation>
            <numerusform>At least %n letter</numerusform>
            <numerusform>At least %n letters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonController</name>
    <message numerus="yes">
        <source>Looking at %n picture(s)</source>
        <translation>
            <numerusform>Looking at %n picture</numerusform>
            <numerusform>Looking at %n pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) added.</source>
        <translation>
            <numerusform>%n template added.</numerusform>
            <numerusform>%n templates added.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReenrolmentBar</name>
    <message numerus="yes">
        <source>From the next start on, %n person(s) must be enrolled again.</source>
        <translation>
            <numerusform>From the next start on, %n person must be enrolled again.</numerusform>
            <numerusform>From the next start on, %n people must be enrolled again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them may be taken over from kept pictures.</source>
        <translation>
            <numerusform>%n of them may be taken over from kept pictures.</numerusform>
            <numerusform>%n of them may be taken over from kept pictures.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) must be enrolled again: no template of this model.</source>
        <translation>
            <numerusform>%n person must be enrolled again: no template of this model.</numerusform>
            <numerusform>%n people must be enrolled again: no template of this model.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n taken over from kept pictures.</source>
        <translation>
            <numerusform>%n taken over from kept pictures.</numerusform>
            <numerusform>%n taken over from kept pictures.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResetBar</name>
    <message numerus="yes">
        <source>Give %n setting(s) the default again?</source>
        <translation>
            <numerusform>Give %n setting the default again?</numerusform>
            <numerusform>Give %n settings the default again?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultsTable</name>
    <message numerus="yes">
        <source>Presentations without a face: %n.</source>
        <translation>
            <numerusform>Presentations without a face: %n.</numerusform>
            <numerusform>Presentations without a face: %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SignInPane</name>
    <message numerus="yes">
        <source>Too many wrong passwords. Wait %n second(s).</source>
        <translation>
            <numerusform>Too many wrong passwords. Wait 1 second.</numerusform>
            <numerusform>Too many wrong passwords. Wait %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SummaryStep</name>
    <message numerus="yes">
        <source>%n picture(s) kept</source>
        <translation>
            <numerusform>%n picture kept</numerusform>
            <numerusform>%n pictures kept</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplatesSection</name>
    <message numerus="yes">
        <source>Templates · %n in use</source>
        <translation>
            <numerusform>Templates · %n in use</numerusform>
            <numerusform>Templates · %n in use</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) old</source>
        <translation>
            <numerusform>%n day old</numerusform>
            <numerusform>%n days old</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n year(s) old</source>
        <translation>
            <numerusform>%n year old</numerusform>
            <numerusform>%n years old</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VerdictCard</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
