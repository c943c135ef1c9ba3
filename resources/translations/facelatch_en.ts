<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>Tried %n time(s); it goes on being tried.</source>
        <translation>
            <numerusform>Tried once; it goes on being tried.</numerusform>
            <numerusform>Tried %n times; it goes on being tried.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Doer</name>
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
    <name>FinishedStep</name>
    <message numerus="yes">
        <source>%n picture(s) kept</source>
        <translation>
            <numerusform>%n picture kept</numerusform>
            <numerusform>%n pictures kept</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LockPane</name>
    <message numerus="yes">
        <source>Too many wrong passwords. Wait %n second(s).</source>
        <translation>
            <numerusform>Too many wrong passwords. Wait 1 second.</numerusform>
            <numerusform>Too many wrong passwords. Wait %n seconds.</numerusform>
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
    <name>Pad</name>
    <message numerus="yes">
        <source>%n character(s) typed</source>
        <translation>
            <numerusform>%n character typed</numerusform>
            <numerusform>%n characters typed</numerusform>
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
