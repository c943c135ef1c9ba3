<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Access</name>
    <message>
        <source>Operator</source>
        <translation>操作员</translation>
    </message>
    <message>
        <source>Admin</source>
        <translation>管理员</translation>
    </message>
    <message>
        <source>Find people</source>
        <translation>查找人员</translation>
    </message>
    <message>
        <source>Enrol people and add templates</source>
        <translation>登记人员和添加模板</translation>
    </message>
    <message>
        <source>Mark a wrong match</source>
        <translation>标记错误匹配</translation>
    </message>
    <message>
        <source>List and reset lockouts</source>
        <translation>查看并重置锁定</translation>
    </message>
    <message>
        <source>Change people</source>
        <translation>更改人员信息</translation>
    </message>
    <message>
        <source>Merge and erase people</source>
        <translation>合并和删除人员</translation>
    </message>
    <message>
        <source>Export and import people</source>
        <translation>导出和导入人员</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Read and export the audit log</source>
        <translation>查看和导出审计记录</translation>
    </message>
    <message>
        <source>Change settings and cameras</source>
        <translation>更改设置和摄像头</translation>
    </message>
    <message>
        <source>Set and remove passwords</source>
        <translation>设置和移除密码</translation>
    </message>
    <message>
        <source>Keys, backups and restoring</source>
        <translation>密钥、备份与恢复</translation>
    </message>
</context>
<context>
    <name>AccessPage</name>
    <message>
        <source>Access</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>All users of this computer can do everything. With an admin password, signing in is required.</source>
        <translation>任何使用此电脑的人都可以执行所有操作。设置管理员密码后，必须先登录。</translation>
    </message>
    <message>
        <source>You are signed in as admin.</source>
        <translation>您已以管理员身份登录。</translation>
    </message>
    <message>
        <source>You are signed in as operator. An admin can change passwords.</source>
        <translation>您已以操作员身份登录。管理员可以更改密码。</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Sign out so that another user can sign in (Ctrl+L)</source>
        <translation>退出登录，以便其他用户登录 (Ctrl+L)</translation>
    </message>
</context>
<context>
    <name>ActionRow</name>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Edit (F2)</source>
        <translation>编辑 (F2)</translation>
    </message>
    <message>
        <source>Add templates</source>
        <translation>添加模板</translation>
    </message>
    <message>
        <source>Add templates with the camera or from pictures</source>
        <translation>用摄像头或图片添加模板</translation>
    </message>
    <message>
        <source>From the camera</source>
        <translation>用摄像头</translation>
    </message>
    <message>
        <source>From pictures…</source>
        <translation>用图片…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Merge, erase</source>
        <translation>合并、删除</translation>
    </message>
    <message>
        <source>Merge with another entry</source>
        <translation>与另一个条目合并</translation>
    </message>
    <message>
        <source>Erase (Del)</source>
        <translation>删除 (Del)</translation>
    </message>
</context>
<context>
    <name>AddressBar</name>
    <message>
        <source>Video, picture, folder, or rtsp://… http://…</source>
        <translation>视频、图片、文件夹，或 rtsp://… http://…</translation>
    </message>
    <message>
        <source>File or address</source>
        <translation>文件或地址</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
    <message>
        <source>Choose a video or a picture</source>
        <translation>选择视频或图片</translation>
    </message>
</context>
<context>
    <name>AuditFilterBar</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Any person</source>
        <translation>任何人</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Search the listed events</source>
        <translation>在列出的事件中搜索</translation>
    </message>
    <message>
        <source>Search the listed events (Ctrl+F)</source>
        <translation>在列出的事件中搜索 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Show only events of this person: type a name, then press Enter</source>
        <translation>仅显示与此人有关的事件：输入姓名，然后按 Enter</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Any source</source>
        <translation>来源不限</translation>
    </message>
    <message>
        <source>Done by</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>时间不限</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>The last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>The last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>From … until …</source>
        <translation>从 … 至 …</translation>
    </message>
</context>
<context>
    <name>AuditModel</name>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>By</source>
        <translation>来源</translation>
    </message>
</context>
<context>
    <name>AuditPage</name>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Save the listed events as CSV or JSON (Ctrl+S)</source>
        <translation>将列出的事件保存为 CSV 或 JSON (Ctrl+S)</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>Export the listed events</source>
        <translation>导出列出的事件</translation>
    </message>
    <message>
        <source>{count} listed</source>
        <translation>列出 {count} 条</translation>
    </message>
    <message>
        <source>{count} so far</source>
        <translation>目前 {count} 个</translation>
    </message>
</context>
<context>
    <name>BackupList</name>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restore the backup of {moment}</source>
        <translation>恢复 {moment} 的备份</translation>
    </message>
</context>
<context>
    <name>BackupSection</name>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>All changes made since the backup are lost.</source>
        <translation>备份之后的所有更改都将丢失。</translation>
    </message>
    <message>
        <source>Helps only if the backup uses a different key that is on this computer.</source>
        <translation>仅当备份使用另一个且在本机上的密钥时才有用。</translation>
    </message>
</context>
<context>
    <name>BackupsCard</name>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>A backup is made before every update and restore. The ten newest are kept beside the database.</source>
        <translation>每次更新和恢复之前都会备份。最新的十份保存在数据库旁边。</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>Back up to a file…</source>
        <translation>备份到文件…</translation>
    </message>
    <message>
        <source>Latest backup: {moment}</source>
        <translation>最近一次备份：{moment}</translation>
    </message>
    <message>
        <source>No backup yet.</source>
        <translation>还没有备份。</translation>
    </message>
    <message>
        <source>Restored. The previous state is the newest backup.</source>
        <translation>已恢复。之前的状态是最新的备份。</translation>
    </message>
    <message>
        <source>Restored. The previous database is kept as {path}</source>
        <translation>已恢复。之前的数据库保存为 {path}</translation>
    </message>
    <message>
        <source>Databases (*.sqlite3)</source>
        <translation>数据库 (*.sqlite3)</translation>
    </message>
    <message>
        <source>Back up to</source>
        <translation>备份到</translation>
    </message>
    <message>
        <source>Backed up to {path}</source>
        <translation>已备份到 {path}</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Use the demo</source>
        <translation>使用演示</translation>
    </message>
</context>
<context>
    <name>CalibrationPage</name>
    <message>
        <source>Calibration</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Similarities</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>Trade-off</source>
        <translation>误差权衡</translation>
    </message>
    <message>
        <source>Weakest people</source>
        <translation>薄弱人员</translation>
    </message>
    <message>
        <source>Closest pairs</source>
        <translation>最相似的组合</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>重新测量</translation>
    </message>
    <message>
        <source>Measuring: {percent} %</source>
        <translation>正在测量：{percent} %</translation>
    </message>
    <message>
        <source>People: {people}, templates: {templates}</source>
        <translation>人员：{people}，模板：{templates}</translation>
    </message>
</context>
<context>
    <name>CameraAttemptTexts</name>
    <message numerus="yes">
        <source>Tried %n time(s); retrying.</source>
        <translation>
            <numerusform>已尝试 %n 次，仍在继续尝试。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CaptureStep</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Save these directions</source>
        <translation>保存已拍到的方向</translation>
    </message>
    <message>
        <source>Skip the other directions</source>
        <translation>跳过其余方向</translation>
    </message>
    <message>
        <source>Close without saving (Esc)</source>
        <translation>关闭，不保存 (Esc)</translation>
    </message>
    <message>
        <source>Saving the pictures</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>未保存任何内容。</translation>
    </message>
    <message>
        <source>Camera interrupted</source>
        <translation>摄像头已中断</translation>
    </message>
    <message>
        <source>The camera is back.</source>
        <translation>摄像头已恢复。</translation>
    </message>
    <message>
        <source>{done} of {wanted} directions</source>
        <translation>已完成 {done} / {wanted} 个方向</translation>
    </message>
    <message>
        <source>The video does not show the face from the front for long enough.</source>
        <translation>视频中的正脸时间不够长。</translation>
    </message>
    <message>
        <source>You can save the directions seen so far. A turned face is then recognised less often.</source>
        <translation>您可以保存目前已拍到的方向。之后转头时的识别率会降低。</translation>
    </message>
    <message>
        <source>The pictures are discarded when you close this panel.</source>
        <translation>关闭此面板时，照片将被丢弃。</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>No face was visible.</source>
        <translation>画面中没有人脸。</translation>
    </message>
    <message>
        <source>More than one person was visible.</source>
        <translation>画面中不止一人。</translation>
    </message>
    <message>
        <source>The person in front of the camera changed.</source>
        <translation>摄像头前换了人。</translation>
    </message>
    <message>
        <source>Follow the arrow on the ring slowly, alone, in even light.</source>
        <translation>请独自在均匀光线下，跟随圆环上的箭头慢慢转头。</translation>
    </message>
    <message>
        <source>Play again</source>
        <translation>重新播放</translation>
    </message>
    <message>
        <source>For people who cannot turn their head. A turned face is then recognised less often</source>
        <translation>适用于无法转头的人。之后转头时的识别率会降低</translation>
    </message>
    <message>
        <source>The video has ended</source>
        <translation>视频已结束</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ChallengeBar</name>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start the challenge</source>
        <translation>开始动作验证</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>停止 (Esc)</translation>
    </message>
    <message>
        <source>Challenge passed.</source>
        <translation>动作验证已通过。</translation>
    </message>
    <message>
        <source>Show by a few movements that you are not a picture.</source>
        <translation>请做几个动作，证明您不是照片。</translation>
    </message>
    <message>
        <source>Challenge not passed. If you cannot move as asked, use a PIN or ask for help.</source>
        <translation>动作验证未通过。如果无法做动作，请使用 PIN 或寻求帮助。</translation>
    </message>
    <message>
        <source>The screen will shine in changing pale colours; the settings switch that off.</source>
        <translation>屏幕会以浅色变换发光；可在设置中关闭。</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Check the database</source>
        <translation>检查数据库</translation>
    </message>
    <message>
        <source>Checks every record and decrypts all data. Nothing is changed.</source>
        <translation>检查每条记录并解密所有数据。不会更改任何内容。</translation>
    </message>
    <message>
        <source>Checking all data</source>
        <translation>正在检查所有数据</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s) found</source>
        <translation>
            <numerusform>发现 %n 个问题</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore a backup made before they occurred.</source>
        <translation>请恢复问题出现之前的备份。</translation>
    </message>
    <message>
        <source>No problems found.</source>
        <translation>未发现问题。</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>立即检查</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>以及另外 {count} 项</translation>
    </message>
</context>
<context>
    <name>ChoiceField</name>
    <message>
        <source>{title}: {value}</source>
        <translation>{title}：{value}</translation>
    </message>
</context>
<context>
    <name>ClosestList</name>
    <message>
        <source>Pairs need at least two people.</source>
        <translation>至少需要两个人才能比较。</translation>
    </message>
    <message>
        <source>The closest pairs</source>
        <translation>最相似的组合</translation>
    </message>
    <message>
        <source>{first} and {second}</source>
        <translation>{first} 和 {second}</translation>
    </message>
    <message>
        <source>Raise strictness</source>
        <translation>调高严格程度</translation>
    </message>
    <message>
        <source>Add templates</source>
        <translation>添加模板</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>CodePane</name>
    <message>
        <source>Write it down, or print it. It is not shown again.</source>
        <translation>请抄写或打印。它不会再次显示。</translation>
    </message>
    <message>
        <source>Recovery code: {code}</source>
        <translation>恢复码：{code}</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>To be sure, type groups {first} and {second} from the paper:</source>
        <translation>为确认无误，请照纸上输入第 {first} 组和第 {second} 组：</translation>
    </message>
    <message>
        <source>I have it on paper</source>
        <translation>我已记在纸上</translation>
    </message>
    <message>
        <source>Copied. The clipboard is cleared when you finish here. Do not save the code in a file.</source>
        <translation>已复制。完成后会清除剪贴板。请勿将恢复码存入文件。</translation>
    </message>
</context>
<context>
    <name>CodeSection</name>
    <message>
        <source>Recovery code</source>
        <translation>恢复码</translation>
    </message>
    <message>
        <source>As printed; dashes and letter case do not matter. The key is then stored on this computer again.</source>
        <translation>按打印内容输入；连字符和大小写不限。之后密钥会重新保存在本机。</translation>
    </message>
    <message>
        <source>Open with the code</source>
        <translation>用恢复码打开</translation>
    </message>
</context>
<context>
    <name>ConsentStep</name>
    <message>
        <source>Ask for consent first</source>
        <translation>请先征得本人同意</translation>
    </message>
    <message>
        <source>Consent text</source>
        <translation>同意书</translation>
    </message>
    <message>
        <source>I agree</source>
        <translation>我同意</translation>
    </message>
    <message>
        <source>The person in front of the camera agrees (Enter)</source>
        <translation>摄像头前的人表示同意 (Enter)</translation>
    </message>
    <message>
        <source>I do not agree</source>
        <translation>我不同意</translation>
    </message>
    <message>
        <source>Close without saving (Esc)</source>
        <translation>关闭，不保存 (Esc)</translation>
    </message>
    <message>
        <source>Version {version}. The text and the date of consent are stored with the person.</source>
        <translation>版本 {version}。同意书内容和日期会与此人的资料一起保存。</translation>
    </message>
    <message>
        <source>Thumbnails of the face (112 × 112 pixels) are stored too.</source>
        <translation>还会保存人脸缩略图（112 × 112 像素）。</translation>
    </message>
    <message>
        <source>All data is erased on {date}.</source>
        <translation>所有数据将于 {date} 删除。</translation>
    </message>
</context>
<context>
    <name>ConsentsSection</name>
    <message>
        <source>Consent</source>
        <translation>同意书</translation>
    </message>
    <message>
        <source>No consent is stored.</source>
        <translation>没有保存同意书。</translation>
    </message>
    <message>
        <source>Text {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Hide the text</source>
        <translation>隐藏正文</translation>
    </message>
    <message>
        <source>Show the text</source>
        <translation>显示正文</translation>
    </message>
</context>
<context>
    <name>DaysBar</name>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>至</translation>
    </message>
</context>
<context>
    <name>EditPane</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Badge number</source>
        <translation>工牌号</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Separated by commas</source>
        <translation>用逗号分隔</translation>
    </message>
    <message>
        <source>The person is erased automatically once this day is over</source>
        <translation>过了这一天，此人会自动删除</translation>
    </message>
    <message>
        <source>Active: is recognised</source>
        <translation>启用：可被识别</translation>
    </message>
    <message>
        <source>Valid from</source>
        <translation>有效期自</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效期至</translation>
    </message>
    <message>
        <source>Delete after</source>
        <translation>到期删除</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save (Enter)</source>
        <translation>保存 (Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
</context>
<context>
    <name>EmptyAuditPane</name>
    <message>
        <source>Reading the audit log</source>
        <translation>正在读取审计记录</translation>
    </message>
    <message>
        <source>The audit log cannot be read</source>
        <translation>无法读取审计记录</translation>
    </message>
    <message>
        <source>Enrolments, recognitions and rejections are listed here with their reasons.</source>
        <translation>登记、识别和拒绝的记录及其原因会列在这里。</translation>
    </message>
    <message>
        <source>No events yet</source>
        <translation>还没有任何事件</translation>
    </message>
    <message>
        <source>Remove a filter to see more.</source>
        <translation>移除一个筛选条件可看到更多内容。</translation>
    </message>
    <message>
        <source>No events match</source>
        <translation>没有符合条件的事件</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
</context>
<context>
    <name>EmptyPeoplePane</name>
    <message>
        <source>Reading the list of people</source>
        <translation>正在读取人员列表</translation>
    </message>
    <message>
        <source>The list of people cannot be read</source>
        <translation>无法读取人员列表</translation>
    </message>
    <message>
        <source>Enrol the first person in front of the camera.</source>
        <translation>请让第一个人站到摄像头前进行登记。</translation>
    </message>
    <message>
        <source>No people match</source>
        <translation>没有符合条件的人员</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示所有人</translation>
    </message>
    <message>
        <source>Enrol a person</source>
        <translation>登记人员</translation>
    </message>
    <message>
        <source>No people enrolled yet</source>
        <translation>尚未登记任何人</translation>
    </message>
    <message>
        <source>Shorten the search, or remove a filter.</source>
        <translation>请缩短搜索词，或移除一个筛选条件。</translation>
    </message>
</context>
<context>
    <name>ErasePane</name>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep this person (Esc)</source>
        <translation>保留此人 (Esc)</translation>
    </message>
    <message>
        <source>The audit log keeps a pseudonym instead of the name.</source>
        <translation>审计记录会以代号代替姓名。</translation>
    </message>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n 个模板</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n consent(s)</source>
        <translation>
            <numerusform>%n 份同意书</numerusform>
        </translation>
    </message>
    <message>
        <source>This erases the name, badge, groups and note, along with {templates} and {consents}.</source>
        <translation>这将删除姓名、工牌、分组和备注，以及 {templates} 和 {consents}。</translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>此操作无法撤销。</translation>
    </message>
    <message>
        <source>Erase {name} permanently</source>
        <translation>永久删除 {name}</translation>
    </message>
</context>
<context>
    <name>EventCard</name>
    <message>
        <source>Only this person</source>
        <translation>仅此人</translation>
    </message>
    <message>
        <source>Show only events of this person</source>
        <translation>仅显示与此人有关的事件</translation>
    </message>
    <message>
        <source>{moment}, by: {actor}</source>
        <translation>{moment}，来源：{actor}</translation>
    </message>
</context>
<context>
    <name>ExportBar</name>
    <message>
        <source>Stopped: no file was written</source>
        <translation>已停止：未写入文件</translation>
    </message>
    <message>
        <source>Written so far: {count}</source>
        <translation>已写入：{count}</translation>
    </message>
    <message>
        <source>Events in the file: {count}</source>
        <translation>文件中的事件数：{count}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>{words} (Esc)</source>
        <translation>{words} (Esc)</translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message>
        <source>Export people</source>
        <translation>导出人员</translation>
    </message>
    <message>
        <source>People to export</source>
        <translation>要导出的人员</translation>
    </message>
    <message>
        <source>Includes names, badges, groups, notes, consents and templates, but not PINs, marks or the audit log.</source>
        <translation>包含姓名、工牌、分组、备注、同意书和模板，不包含 PIN、标记和审计记录。</translation>
    </message>
    <message>
        <source>Include stored thumbnails</source>
        <translation>包括保存的缩略图</translation>
    </message>
    <message>
        <source>A person with the file and the passphrase can use these people&apos;s face data. Send them separately.</source>
        <translation>同时拥有文件和口令的人可以使用这些人的面部数据。请分开发送。</translation>
    </message>
    <message>
        <source>The passphrase cannot be recovered.</source>
        <translation>口令无法找回。</translation>
    </message>
    <message>
        <source>Save to a file…</source>
        <translation>保存到文件…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Back to the list (Esc)</source>
        <translation>返回列表 (Esc)</translation>
    </message>
    <message>
        <source>People exported</source>
        <translation>已导出人员</translation>
    </message>
    <message>
        <source>People bundles ({pattern})</source>
        <translation>人员数据包 ({pattern})</translation>
    </message>
    <message>
        <source>Export people to</source>
        <translation>导出人员到</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) exported.</source>
        <translation>
            <numerusform>已导出 %n 人。</numerusform>
        </translation>
    </message>
    <message>
        <source>Selected people ({count})</source>
        <translation>选中的人员（{count}）</translation>
    </message>
    <message>
        <source>All listed people ({count})</source>
        <translation>列出的所有人员（{count}）</translation>
    </message>
    <message>
        <source>All people ({count})</source>
        <translation>所有人员（{count}）</translation>
    </message>
</context>
<context>
    <name>FactsSection</name>
    <message>
        <source>Badge</source>
        <translation>工牌</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Valid from</source>
        <translation>有效期自</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效期至</translation>
    </message>
    <message>
        <source>Delete after</source>
        <translation>到期删除</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Enrolled</source>
        <translation>登记时间</translation>
    </message>
</context>
<context>
    <name>HistogramPane</name>
    <message>
        <source>Similarity needed</source>
        <translation>所需相似度</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>同一人</translation>
    </message>
    <message>
        <source>Different people</source>
        <translation>不同人</translation>
    </message>
    <message>
        <source>Similarities of the same person and of different people, and the threshold</source>
        <translation>同一人与不同人的相似度，以及阈值</translation>
    </message>
    <message>
        <source>Drag the line, or move it with the arrow keys</source>
        <translation>拖动此线，或用方向键移动</translation>
    </message>
    <message>
        <source>Similarity</source>
        <translation>相似度</translation>
    </message>
</context>
<context>
    <name>ImportOutcomes</name>
    <message>
        <source>and {count} more</source>
        <translation>以及另外 {count} 项</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) from another model: templates recreated from stored pictures</source>
        <translation>
            <numerusform>%n 人来自其他模型：已由保存的图片重新生成模板</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) to re-enrol: templates from another model</source>
        <translation>
            <numerusform>%n 人须重新登记：模板来自其他模型</numerusform>
        </translation>
    </message>
    <message>
        <source>without the badge number, which is taken</source>
        <translation>不含工牌号，该号码已被使用</translation>
    </message>
    <message>
        <source>re-enrolment needed</source>
        <translation>须重新登记</translation>
    </message>
</context>
<context>
    <name>ImportPanel</name>
    <message>
        <source>Import people</source>
        <translation>导入人员</translation>
    </message>
    <message>
        <source>Add them as “Name (2)”</source>
        <translation>添加为“姓名 (2)”</translation>
    </message>
    <message>
        <source>People bundles ({pattern})</source>
        <translation>人员数据包 ({pattern})</translation>
    </message>
    <message>
        <source>People to import</source>
        <translation>要导入的人员</translation>
    </message>
    <message>
        <source>Wrong passphrase for this file.</source>
        <translation>此文件的口令不正确。</translation>
    </message>
    <message>
        <source>If a name is already taken</source>
        <translation>如果姓名已被使用</translation>
    </message>
    <message>
        <source>Skip them</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Merge with the existing entry</source>
        <translation>与现有条目合并</translation>
    </message>
    <message>
        <source>Preview import</source>
        <translation>预览导入</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Re-enrol</source>
        <translation>重新登记</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Back to the list (Esc)</source>
        <translation>返回列表 (Esc)</translation>
    </message>
    <message>
        <source>People read</source>
        <translation>已读取人员</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s), encrypted.</source>
        <translation>
            <numerusform>%n 人，已加密。</numerusform>
        </translation>
    </message>
    <message>
        <source>Preview. Nothing has been changed yet.</source>
        <translation>预览。尚未更改任何内容。</translation>
    </message>
    <message>
        <source>Import is all or nothing.</source>
        <translation>要么全部导入，要么不做任何更改。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>KeySourceCard</name>
    <message>
        <source>Encryption key</source>
        <translation>加密密钥</translation>
    </message>
    <message>
        <source>Face data, names and all personal details are encrypted (AES-256-GCM).</source>
        <translation>面部数据、姓名及所有个人信息均已加密 (AES-256-GCM)。</translation>
    </message>
    <message>
        <source>Move the key</source>
        <translation>更改密钥保存位置</translation>
    </message>
    <message>
        <source>In use since {date}.</source>
        <translation>自 {date} 起使用。</translation>
    </message>
    <message>
        <source>Stored in: {source}</source>
        <translation>保存位置：{source}</translation>
    </message>
    <message>
        <source>Done. The backups beside the database open with it too. The old key was deleted.</source>
        <translation>完成。数据库旁边的备份也可用它打开。旧密钥已删除。</translation>
    </message>
    <message>
        <source>Done. The passphrase is required at every start.</source>
        <translation>完成。每次启动时都需要输入口令。</translation>
    </message>
    <message>
        <source>Create a recovery code in case you forget it.</source>
        <translation>请同时创建恢复码，以防忘记口令。</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Delete the last digit</source>
        <translation>删除最后一位</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>提交</translation>
    </message>
    <message>
        <source>Number pad</source>
        <translation>数字键盘</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) typed</source>
        <translation>
            <numerusform>已输入 %n 个字符</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>KioskLayout</name>
    <message>
        <source>Kiosk</source>
        <translation>门禁终端</translation>
    </message>
    <message>
        <source>Use a PIN</source>
        <translation>使用 PIN</translation>
    </message>
    <message>
        <source>Type a badge number</source>
        <translation>输入工牌号</translation>
    </message>
    <message>
        <source>I cannot move: use my PIN</source>
        <translation>我无法做动作：使用 PIN</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Leave the kiosk</source>
        <translation>退出门禁终端</translation>
    </message>
</context>
<context>
    <name>KioskScreen</name>
    <message>
        <source>Type your badge number</source>
        <translation>请输入工牌号</translation>
    </message>
</context>
<context>
    <name>LatencyCard</name>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Solid: the median. Thin: the 95th percentile. In milliseconds, over the last 150 frames.</source>
        <translation>粗条为中位数，细线为第 95 百分位；单位毫秒，取最近 150 帧。</translation>
    </message>
</context>
<context>
    <name>LivenessLine</name>
    <message>
        <source>Live face</source>
        <translation>是活体</translation>
    </message>
    <message>
        <source>Not a live face</source>
        <translation>不是活体</translation>
    </message>
    <message>
        <source>Challenge required</source>
        <translation>需要动作验证</translation>
    </message>
    <message>
        <source>Liveness: turn your head a little</source>
        <translation>活体检测：请稍微转动头部</translation>
    </message>
    <message>
        <source>Liveness not checked</source>
        <translation>未启用活体检测</translation>
    </message>
</context>
<context>
    <name>LivenessTestPanel</name>
    <message>
        <source>Try the liveness check</source>
        <translation>试用活体检测</translation>
    </message>
    <message>
        <source>Find out what this camera lets pass in this room. Have a printed photo of a face and a phone at hand: you will be asked to hold them up, and to show your own face. It takes about ten minutes, and you can stop at any moment. No picture is kept.</source>
        <translation>了解此摄像头在这个房间里会放行什么。请准备一张打印的人脸照片和一部手机：稍后会请您举起它们，并露出您自己的脸。大约需要十分钟，可以随时停止。不保留任何画面。</translation>
    </message>
    <message>
        <source>The screen will change softly between pale colours, about twice a second. If you are sensitive to changing light, switch off “Light challenge” in the settings first.</source>
        <translation>屏幕会在浅色之间柔和变换，每秒约两次。如果您对光线变化敏感，请先在设置中关闭“光照验证”。</translation>
    </message>
    <message>
        <source>Results with this camera</source>
        <translation>此摄像头的测试结果</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Start the session (Enter)</source>
        <translation>开始测试 (Enter)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Back to the picture (Esc)</source>
        <translation>返回实时画面 (Esc)</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Save the figures as JSON</source>
        <translation>将数据保存为 JSON</translation>
    </message>
    <message>
        <source>Repeat</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Do the whole session again</source>
        <translation>重新进行整个测试</translation>
    </message>
    <message>
        <source>Save the figures</source>
        <translation>保存数据</translation>
    </message>
</context>
<context>
    <name>LookalikeStep</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close without saving (Esc)</source>
        <translation>关闭，不保存 (Esc)</translation>
    </message>
    <message>
        <source>Save anyway</source>
        <translation>仍然保存</translation>
    </message>
    <message>
        <source>Similarity {value}. {strangers}.</source>
        <translation>相似度 {value}。{strangers}。</translation>
    </message>
    <message>
        <source>Already enrolled as {name}</source>
        <translation>已登记为 {name}</translation>
    </message>
    <message>
        <source>The new pictures show the same person.</source>
        <translation>新照片中是同一个人。</translation>
    </message>
    <message>
        <source>Two entries of one person give ambiguous results. Add the pictures to {name} instead.</source>
        <translation>同一人有两个条目会导致结果不明确。请改为将照片添加到 {name}。</translation>
    </message>
    <message>
        <source>At the current strictness, they may be confused.</source>
        <translation>在当前的严格程度下，两人可能被互相误认。</translation>
    </message>
    <message>
        <source>Raise strictness ({point}), or add more pictures of both people.</source>
        <translation>请调高严格程度（{point}），或为两人添加更多照片。</translation>
    </message>
    <message>
        <source>No strictness can distinguish these pictures. Add more pictures of both people.</source>
        <translation>任何严格程度都无法区分这些照片。请为两人添加更多照片。</translation>
    </message>
    <message>
        <source>Save and raise strictness</source>
        <translation>保存并调高严格程度</translation>
    </message>
    <message>
        <source>Add to that person</source>
        <translation>添加到此人</translation>
    </message>
    <message>
        <source>Add the new pictures to {name}</source>
        <translation>将新照片添加到 {name}</translation>
    </message>
    <message>
        <source>This person looks like {name}</source>
        <translation>此人看起来像 {name}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>MarksSection</name>
    <message>
        <source>Marked as not this person</source>
        <translation>已标记为不是此人</translation>
    </message>
    <message>
        <source>A face closer to one of these than to a template does not match this person.</source>
        <translation>如果一张人脸与其中之一比与任何模板都更接近，则不匹配此人。</translation>
    </message>
    <message>
        <source>Remove the mark</source>
        <translation>移除标记</translation>
    </message>
    <message>
        <source>Such a face can match this person again</source>
        <translation>这样的人脸将可以再次匹配此人</translation>
    </message>
    <message>
        <source>Similarity {value}</source>
        <translation>相似度 {value}</translation>
    </message>
</context>
<context>
    <name>MergePane</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search for the other entry</source>
        <translation>搜索另一个条目</translation>
    </message>
    <message>
        <source>Other entries</source>
        <translation>其他条目</translation>
    </message>
    <message>
        <source>Keep the other entry instead</source>
        <translation>改为保留另一个条目</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Do not merge (Esc)</source>
        <translation>不合并 (Esc)</translation>
    </message>
    <message>
        <source>It is added to {groups}.</source>
        <translation>加入分组 {groups}。</translation>
    </message>
    <message>
        <source>The badge {badge} is dropped.</source>
        <translation>工牌 {badge} 将被删除。</translation>
    </message>
    <message>
        <source>The note of {gone} is dropped.</source>
        <translation>{gone} 的备注将被删除。</translation>
    </message>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n 个模板</numerusform>
        </translation>
    </message>
    <message>
        <source>Select the other entry of {name}</source>
        <translation>请选择 {name} 的另一个条目</translation>
    </message>
    <message>
        <source>{kept} gets {templates}, all consents and all marks of {gone}.</source>
        <translation>{kept} 将获得 {gone} 的 {templates}、所有同意书和所有标记。</translation>
    </message>
    <message>
        <source>The name, status and dates stay. The entry {gone} is erased.</source>
        <translation>姓名、状态和日期保持不变。条目 {gone} 将被删除。</translation>
    </message>
    <message>
        <source>It gets the badge {badge}.</source>
        <translation>获得工牌 {badge}。</translation>
    </message>
</context>
<context>
    <name>MessagePane</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Use the demo</source>
        <translation>使用演示</translation>
    </message>
    <message>
        <source>Choose another</source>
        <translation>另选一个</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Play again</source>
        <translation>重新播放</translation>
    </message>
</context>
<context>
    <name>MultiChoiceField</name>
    <message>
        <source>{title}: {value}</source>
        <translation>{title}：{value}</translation>
    </message>
</context>
<context>
    <name>NameStep</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Groups (separated by commas)</source>
        <translation>分组（用逗号分隔）</translation>
    </message>
    <message>
        <source>Badge number (optional)</source>
        <translation>工牌号（选填）</translation>
    </message>
    <message>
        <source>First and last name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Who is it?</source>
        <translation>这是谁？</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Take the pictures</source>
        <translation>开始拍摄</translation>
    </message>
    <message>
        <source>Take the pictures (Enter)</source>
        <translation>开始拍摄 (Enter)</translation>
    </message>
    <message>
        <source>Save (Enter)</source>
        <translation>保存 (Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close without saving (Esc)</source>
        <translation>关闭，不保存 (Esc)</translation>
    </message>
    <message>
        <source>This looks like {name}, who is already enrolled.</source>
        <translation>看起来是 {name}，此人已登记。</translation>
    </message>
</context>
<context>
    <name>NewPassphraseField</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Repeat passphrase</source>
        <translation>再次输入口令</translation>
    </message>
    <message>
        <source>Four or more unrelated words</source>
        <translation>四个或更多互不相关的词</translation>
    </message>
    <message numerus="yes">
        <source>At least %n characters</source>
        <translation>
            <numerusform>至少 %n 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>The passphrases do not match.</source>
        <translation>两次输入的口令不一致。</translation>
    </message>
    <message>
        <source>Weak: easy for a computer to guess. Make it longer.</source>
        <translation>弱：计算机很容易猜出。请加长。</translation>
    </message>
    <message>
        <source>Fair: another word makes it strong.</source>
        <translation>一般：再加一个词就够强。</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>强</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Close this message (Esc)</source>
        <translation>关闭此消息 (Esc)</translation>
    </message>
</context>
<context>
    <name>PassphraseField</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>New password</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>Repeat password</source>
        <translation>再次输入密码</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>更改密码</translation>
    </message>
    <message>
        <source>Set password</source>
        <translation>设置密码</translation>
    </message>
    <message>
        <source>Remove password</source>
        <translation>移除密码</translation>
    </message>
    <message>
        <source>The password is set.</source>
        <translation>密码已设置。</translation>
    </message>
    <message>
        <source>Can do everything. Without this password, no sign-in is required.</source>
        <translation>可以执行所有操作。移除此密码后，无需登录。</translation>
    </message>
    <message>
        <source>Can do everything.</source>
        <translation>可以执行所有操作。</translation>
    </message>
    <message>
        <source>Can enrol and find people and mark wrong matches.</source>
        <translation>可以登记和查找人员，并标记错误匹配。</translation>
    </message>
    <message>
        <source>Can enrol and find people and mark wrong matches. Needs its own password.</source>
        <translation>可以登记和查找人员，并标记错误匹配。需要单独的密码。</translation>
    </message>
    <message>
        <source>The passwords do not match.</source>
        <translation>两次输入的密码不一致。</translation>
    </message>
</context>
<context>
    <name>PathField</name>
    <message>
        <source>Choose a file or folder: {title}</source>
        <translation>选择文件或文件夹：{title}</translation>
    </message>
    <message>
        <source>Choose a file or folder</source>
        <translation>选择文件或文件夹</translation>
    </message>
</context>
<context>
    <name>PeopleFilterBar</name>
    <message>
        <source>All groups</source>
        <translation>所有分组</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Any status</source>
        <translation>状态不限</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Any templates</source>
        <translation>模板不限</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示所有人</translation>
    </message>
    <message>
        <source>Show all (Esc)</source>
        <translation>显示所有人 (Esc)</translation>
    </message>
    <message>
        <source>{column}, descending</source>
        <translation>{column}，降序</translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Name, badge, group or note</source>
        <translation>姓名、工牌、分组或备注</translation>
    </message>
    <message>
        <source>Search by name, badge, group or note</source>
        <translation>按姓名、工牌、分组或备注搜索</translation>
    </message>
    <message>
        <source>Search by name, badge, group or note (Ctrl+F)</source>
        <translation>按姓名、工牌、分组或备注搜索 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Enrol a person</source>
        <translation>登记人员</translation>
    </message>
    <message>
        <source>Enrol the person in front of the camera (Ctrl+N)</source>
        <translation>登记摄像头前的人 (Ctrl+N)</translation>
    </message>
    <message>
        <source>Erased. Another program is using the database: the last traces are removed when it closes.</source>
        <translation>已删除。另一个程序正在使用数据库：待其关闭后，残留数据将被清除。</translation>
    </message>
    <message>
        <source>People enrolled</source>
        <translation>已登记人员</translation>
    </message>
    <message>
        <source>{count} enrolled</source>
        <translation>已登记 {count} 人</translation>
    </message>
    <message>
        <source>{count} found</source>
        <translation>找到 {count} 人</translation>
    </message>
</context>
<context>
    <name>PersonController</name>
    <message numerus="yes">
        <source>Processing %n picture(s)</source>
        <translation>
            <numerusform>正在处理 %n 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Pictures ({kinds})</source>
        <translation>图片 ({kinds})</translation>
    </message>
    <message>
        <source>Pictures of this person</source>
        <translation>此人的图片</translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) added.</source>
        <translation>
            <numerusform>已添加 %n 个模板。</numerusform>
        </translation>
    </message>
    <message>
        <source>Not added: the pictures resemble {name}</source>
        <translation>未添加：图片与 {name} 相似</translation>
    </message>
    <message>
        <source>Not added: {reason}</source>
        <translation>未添加：{reason}</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Camera picture</source>
        <translation>摄像头画面</translation>
    </message>
</context>
<context>
    <name>PresentationStep</name>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>It is in front of the camera: start (Enter)</source>
        <translation>已在镜头前：开始检测 (Enter)</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>重来</translation>
    </message>
    <message>
        <source>Discard this presentation, or the previous one, and repeat it</source>
        <translation>放弃这一次或上一次展示，重新展示</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Skip this presentation</source>
        <translation>略过这一项</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>End the test and keep its results (Esc)</source>
        <translation>结束测试；已判定的结果会保留 (Esc)</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>第 {number} 项，共 {count} 项</translation>
    </message>
    <message>
        <source>{thing}, just now</source>
        <translation>刚才：{thing}</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Live picture</source>
        <translation>实时画面</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Who is enrolled</source>
        <translation>已登记的人员</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Error rates of your gallery at each strictness</source>
        <translation>人员库在各严格程度下的误差率</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Language, appearance, camera, recognition</source>
        <translation>语言、外观、摄像头、识别</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Permissions, passwords and signing out</source>
        <translation>权限、密码和退出登录</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>The database: keys, recovery code, backups</source>
        <translation>数据库：密钥、恢复码、备份</translation>
    </message>
</context>
<context>
    <name>RecentDecisionsCard</name>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Recognised people are listed here until the window closes.</source>
        <translation>识别到的人会列在这里，直到窗口关闭。</translation>
    </message>
    <message>
        <source>Recent verdicts</source>
        <translation>最近的识别结果</translation>
    </message>
</context>
<context>
    <name>RecoveryCodeCard</name>
    <message>
        <source>Recovery code</source>
        <translation>恢复码</translation>
    </message>
    <message>
        <source>Opens the database if every other key is lost. Keep it on paper, away from this computer.</source>
        <translation>其他密钥都丢失时可打开数据库。请写在纸上，与本机分开保管。</translation>
    </message>
    <message>
        <source>A recovery code exists.</source>
        <translation>已有恢复码。</translation>
    </message>
    <message>
        <source>No recovery code. If you lose the key, the data cannot be recovered.</source>
        <translation>没有恢复码。密钥一旦丢失，数据将无法恢复。</translation>
    </message>
    <message>
        <source>The current code will stop working. Have paper or a printer ready.</source>
        <translation>现有的恢复码将失效。请备好纸或打印机。</translation>
    </message>
    <message>
        <source>Create a new code</source>
        <translation>创建新的恢复码</translation>
    </message>
    <message>
        <source>Create a recovery code</source>
        <translation>创建恢复码</translation>
    </message>
    <message>
        <source>Keep the current code (Esc)</source>
        <translation>保留现有恢复码 (Esc)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>RecoveryPage</name>
    <message>
        <source>Facelatch recovery code</source>
        <translation>Facelatch 恢复码</translation>
    </message>
    <message>
        <source>Created on {date}. Earlier codes no longer work.</source>
        <translation>创建于 {date}。更早的恢复码已失效。</translation>
    </message>
    <message>
        <source>Keep this page away from the computer: together they give access to all data.</source>
        <translation>请将此页与计算机分开保管：同时拥有两者即可读取所有数据。</translation>
    </message>
    <message>
        <source>To use it, start Facelatch, or run: facelatch store key recover</source>
        <translation>使用方法：启动 Facelatch，或运行 facelatch store key recover</translation>
    </message>
</context>
<context>
    <name>RecoveryPane</name>
    <message>
        <source>The database cannot be opened</source>
        <translation>数据库无法打开</translation>
    </message>
    <message>
        <source>Enter the passphrase</source>
        <translation>请输入口令</translation>
    </message>
    <message>
        <source>The data is encrypted with it. It is not stored on this computer.</source>
        <translation>数据用它加密。本机不保存口令。</translation>
    </message>
    <message>
        <source>The database key is missing</source>
        <translation>缺少数据库密钥</translation>
    </message>
    <message>
        <source>The database is damaged</source>
        <translation>数据库已损坏</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open (Enter)</source>
        <translation>打开 (Enter)</translation>
    </message>
    <message>
        <source>I forgot the passphrase</source>
        <translation>忘记了口令</translation>
    </message>
    <message>
        <source>Look for the key again</source>
        <translation>再次查找密钥</translation>
    </message>
    <message>
        <source>Nothing was changed. Restoring a backup keeps the damaged file beside the new one.</source>
        <translation>没有更改任何内容。恢复备份时，损坏的文件会保留在新文件旁边。</translation>
    </message>
    <message>
        <source>Nothing was changed, and there is no recovery code. Restore the key, then try again.</source>
        <translation>没有更改任何内容，也没有恢复码。请找回密钥后重试。</translation>
    </message>
    <message>
        <source>Wrong passphrase.</source>
        <translation>口令不正确。</translation>
    </message>
    <message>
        <source>This code does not belong to this database.</source>
        <translation>这不是此数据库的恢复码。</translation>
    </message>
    <message>
        <source>The key of this backup is not on this computer either. Choose another backup.</source>
        <translation>此备份的密钥也不在本机上。请选择另一个备份。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Nothing was changed. The printed recovery code opens it.</source>
        <translation>没有更改任何内容。打印的恢复码可以打开它。</translation>
    </message>
</context>
<context>
    <name>ReenrolmentBar</name>
    <message numerus="yes">
        <source>After the next start, %n person(s) must be re-enrolled.</source>
        <translation>
            <numerusform>下次启动后，%n 人须重新登记。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them can be migrated from stored pictures.</source>
        <translation>
            <numerusform>其中 %n 人可由保存的图片迁移。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) must be re-enrolled: no template for this model.</source>
        <translation>
            <numerusform>%n 人须重新登记：没有此模型的模板。</numerusform>
        </translation>
    </message>
    <message>
        <source>The model has changed, and all people have templates for it.</source>
        <translation>模型已更换，所有人都有对应的模板。</translation>
    </message>
    <message numerus="yes">
        <source>%n migrated from stored pictures.</source>
        <translation>
            <numerusform>已由保存的图片迁移 %n 人。</numerusform>
        </translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Enrol them one by one in front of the camera</source>
        <translation>在摄像头前依次登记</translation>
    </message>
    <message>
        <source>Show list</source>
        <translation>显示名单</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ReenrolmentGuideBar</name>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Continue with the next person</source>
        <translation>继续登记下一位</translation>
    </message>
    <message>
        <source>Stop here; finished people stay enrolled (Esc)</source>
        <translation>在此停止；已完成的人员保持登记 (Esc)</translation>
    </message>
    <message>
        <source>Re-enrolled</source>
        <translation>已重新登记</translation>
    </message>
    <message>
        <source>Re-enrolling {name}</source>
        <translation>正在重新登记：{name}</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation>已完成 {done}/{total}</translation>
    </message>
</context>
<context>
    <name>ResetBar</name>
    <message numerus="yes">
        <source>Reset %n setting(s) to default?</source>
        <translation>
            <numerusform>将 %n 项设置恢复为默认值？</numerusform>
        </translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>RestorePane</name>
    <message>
        <source>restore</source>
        <comment>the word to be typed in before the database is replaced</comment>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restoring. This takes a moment.</source>
        <translation>正在恢复，请稍候。</translation>
    </message>
    <message>
        <source>Restore the state of {moment}?</source>
        <translation>恢复到 {moment} 的状态？</translation>
    </message>
    <message>
        <source>Enrolments and changes made since then are undone.</source>
        <translation>此后的登记和更改将被撤销。</translation>
    </message>
    <message>
        <source>The current database is kept in a file beside it.</source>
        <translation>现有数据库会保存在旁边的文件中。</translation>
    </message>
    <message>
        <source>People erased since then stay erased, the audit log is kept, and the current state is backed up first.</source>
        <translation>此后删除的人员保持删除，审计记录保留，并会先备份当前状态。</translation>
    </message>
    <message>
        <source>To continue, type: {word}</source>
        <translation>要继续，请输入：{word}</translation>
    </message>
    <message>
        <source>Change nothing (Esc)</source>
        <translation>不做更改 (Esc)</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ResultsTable</name>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>No presentation was made, so there are no results.</source>
        <translation>没有展示任何物品，因此没有结果。</translation>
    </message>
    <message>
        <source>Below each count: the 95 % confidence interval of the error rate. More rounds narrow it.</source>
        <translation>每个计数下方：错误率的 95 % 置信区间。增加轮数可缩小区间。</translation>
    </message>
    <message numerus="yes">
        <source>Presentations without a face: %n.</source>
        <translation>
            <numerusform>没有人脸的展示：%n 次。</numerusform>
        </translation>
    </message>
    <message>
        <source>The light challenge was included.</source>
        <translation>包含屏幕光照检测。</translation>
    </message>
    <message>
        <source>The light challenge was not included: it is switched off.</source>
        <translation>未包含屏幕光照检测：已关闭。</translation>
    </message>
</context>
<context>
    <name>ResumableTaskCard</name>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Change nothing (Esc)</source>
        <translation>不做更改 (Esc)</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done}/{total}</translation>
    </message>
</context>
<context>
    <name>RetryNotice</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>RevokeTemplatesCard</name>
    <message>
        <source>Revoke copied templates</source>
        <translation>吊销被复制的模板</translation>
    </message>
    <message>
        <source>Rotates all templates, so that copies of them no longer match here.</source>
        <translation>对所有模板重新做旋转变换，被复制的模板在此不再匹配任何人。</translation>
    </message>
    <message>
        <source>Copies of the current templates, also those in old backups, become useless for matching. Recognition accuracy stays the same, and no re-enrolment is needed.</source>
        <translation>当前模板的副本（包括旧备份中的）将无法用于比对。识别效果不变，无需重新登记。</translation>
    </message>
    <message>
        <source>Rotation was interrupted. All people are still recognised; continue to rotate the rest.</source>
        <translation>旋转变换被中断。所有人仍可识别；请继续完成其余部分。</translation>
    </message>
    <message>
        <source>All templates are rotated.</source>
        <translation>所有模板均已重新变换。</translation>
    </message>
    <message>
        <source>Revoke copies</source>
        <translation>吊销副本</translation>
    </message>
</context>
<context>
    <name>RotateKeyCard</name>
    <message>
        <source>Key rotation</source>
        <translation>密钥轮换</translation>
    </message>
    <message>
        <source>Re-encrypts all data with a new data key while the program is in use.</source>
        <translation>在程序使用期间，用新的数据密钥重新加密所有数据。</translation>
    </message>
    <message>
        <source>Re-encrypt all data</source>
        <translation>重新加密所有数据</translation>
    </message>
    <message>
        <source>Every record is decrypted and encrypted with the new key. Existing backups keep their key and still open. If you close the program, you can continue here later.</source>
        <translation>每条记录都会解密，再用新密钥加密。现有备份保留原密钥，仍可打开。如果中途关闭程序，之后可在此处继续。</translation>
    </message>
    <message>
        <source>Re-encryption was interrupted. All data is readable; continue to re-encrypt the rest.</source>
        <translation>重新加密被中断。所有数据仍可读取；请继续加密其余部分。</translation>
    </message>
    <message>
        <source>All data is encrypted with the new key.</source>
        <translation>所有数据均已用新密钥加密。</translation>
    </message>
</context>
<context>
    <name>SectionCard</name>
    <message>
        <source>Try it with this camera…</source>
        <translation>用此摄像头试用…</translation>
    </message>
    <message>
        <source>Try the liveness check with this camera</source>
        <translation>用此摄像头试用活体检测</translation>
    </message>
    <message>
        <source>Hold up photos and a phone, and see what is accepted</source>
        <translation>举起照片和手机，看看哪些会通过</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Reset to: {value}</source>
        <translation>恢复为：{value}</translation>
    </message>
    <message>
        <source>Reset “{title}”</source>
        <translation>恢复“{title}”</translation>
    </message>
    <message>
        <source>Not saved. {reason}</source>
        <translation>未保存。{reason}</translation>
    </message>
    <message>
        <source>Saved. Restart Facelatch to apply it.</source>
        <translation>已保存。重新启动 Facelatch 后生效。</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>已保存。</translation>
    </message>
    <message>
        <source>Set by {variable} in the environment. Change it there.</source>
        <translation>由环境变量 {variable} 设定。请在该处更改。</translation>
    </message>
    <message>
        <source>For this run only; your settings file has another value.</source>
        <translation>仅本次运行有效；设置文件中是另一个值。</translation>
    </message>
    <message>
        <source>Needs a restart</source>
        <translation>需要重启</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{lowest} to {highest}</source>
        <translation>{lowest} 至 {highest}</translation>
    </message>
    <message>
        <source>Default: empty</source>
        <translation>默认值：空</translation>
    </message>
    <message>
        <source>Default: {value}</source>
        <translation>默认值：{value}</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Search settings (Ctrl+F)</source>
        <translation>搜索设置 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部恢复</translation>
    </message>
    <message>
        <source>Reset every setting to its default</source>
        <translation>将所有设置恢复为默认值</translation>
    </message>
    <message>
        <source>No settings match “{text}”.</source>
        <translation>没有与“{text}”匹配的设置。</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>分区</translation>
    </message>
</context>
<context>
    <name>SignInOffer</name>
    <message>
        <source>Do several people use this computer? An admin password protects people and settings.</source>
        <translation>此电脑由多人使用吗？管理员密码可保护人员和设置。</translation>
    </message>
    <message>
        <source>Set a password</source>
        <translation>设置密码</translation>
    </message>
    <message>
        <source>Not needed</source>
        <translation>不需要</translation>
    </message>
</context>
<context>
    <name>SignInPane</name>
    <message>
        <source>Who are you?</source>
        <translation>您是谁？</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Sign in (Enter)</source>
        <translation>登录 (Enter)</translation>
    </message>
    <message>
        <source>Forgot the password? The owner of the data can run: facelatch password set admin</source>
        <translation>忘记密码？数据的所有者可以运行：facelatch password set admin</translation>
    </message>
    <message>
        <source>Wrong password.</source>
        <translation>密码不正确。</translation>
    </message>
    <message>
        <source>Sign in as</source>
        <translation>登录身份</translation>
    </message>
    <message numerus="yes">
        <source>Too many wrong passwords. Wait %n second(s).</source>
        <translation>
            <numerusform>密码错误次数过多。请等待 %n 秒。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Camera: none</source>
        <translation>摄像头：无</translation>
    </message>
    <message>
        <source>Camera: {name}</source>
        <translation>摄像头：{name}</translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation>{rate} 帧/秒</translation>
    </message>
    <message>
        <source>{count} dropped</source>
        <translation>丢弃 {count} 帧</translation>
    </message>
    <message>
        <source>Engine: loading</source>
        <translation>引擎：正在加载</translation>
    </message>
    <message>
        <source>Engine: {provider}</source>
        <translation>引擎：{provider}</translation>
    </message>
    <message>
        <source>Engine: stopped</source>
        <translation>引擎：已停止</translation>
    </message>
</context>
<context>
    <name>StorePage</name>
    <message>
        <source>Store and keys</source>
        <translation>存储与密钥</translation>
    </message>
</context>
<context>
    <name>StrictnessCard</name>
    <message>
        <source>Strictness</source>
        <translation>严格程度</translation>
    </message>
    <message>
        <source>Looser</source>
        <translation>更宽松</translation>
    </message>
    <message>
        <source>Stricter</source>
        <translation>更严格</translation>
    </message>
    <message>
        <source>Arrow keys move it, Page Up and Page Down by a factor of ten</source>
        <translation>用方向键移动，按 Page Up 和 Page Down 以十倍调整</translation>
    </message>
    <message>
        <source>Strictness: {point}</source>
        <translation>严格程度：{point}</translation>
    </message>
    <message>
        <source>Similarity needed: {value}</source>
        <translation>所需相似度：{value}</translation>
    </message>
    <message>
        <source>Your gallery is too small: counting strangers needs {people} people, counting refusals {few}.</source>
        <translation>您的人员库太小：统计陌生人需要 {people} 人，统计误拒需要 {few} 人。</translation>
    </message>
    <message>
        <source>Your gallery is too small to count strangers: {people} people are needed.</source>
        <translation>您的人员库太小，无法统计陌生人：需要 {people} 人。</translation>
    </message>
    <message>
        <source>Your gallery is too small to count refusals: {few} people with two templates are needed.</source>
        <translation>您的人员库太小，无法统计误拒：需要 {few} 人，每人两个模板。</translation>
    </message>
</context>
<context>
    <name>SummaryStep</name>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>Enrol another person</source>
        <translation>登记下一个人</translation>
    </message>
    <message>
        <source>Next: {name}</source>
        <translation>下一位：{name}</translation>
    </message>
    <message>
        <source>{name} is enrolled</source>
        <translation>{name} 已登记</translation>
    </message>
    <message>
        <source>Recognised as {name} in {time}.</source>
        <translation>已识别为 {name}，用时 {time}。</translation>
    </message>
    <message>
        <source>Look into the camera to test recognition.</source>
        <translation>请看向摄像头，测试识别效果。</translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) saved</source>
        <translation>
            <numerusform>已保存 %n 个模板</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplatesSection</name>
    <message numerus="yes">
        <source>Templates · %n in use</source>
        <translation>
            <numerusform>模板 · %n 个在用</numerusform>
        </translation>
    </message>
    <message>
        <source>No templates: this person cannot be recognised.</source>
        <translation>没有模板：无法识别此人。</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Retired</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Taken {date}, {source}</source>
        <translation>拍摄于 {date}，{source}</translation>
    </message>
    <message>
        <source>Frontal</source>
        <translation>正面</translation>
    </message>
    <message>
        <source>Left {degrees}°</source>
        <translation>向左 {degrees}°</translation>
    </message>
    <message>
        <source>Right {degrees}°</source>
        <translation>向右 {degrees}°</translation>
    </message>
    <message>
        <source>Up {degrees}°</source>
        <translation>向上 {degrees}°</translation>
    </message>
    <message>
        <source>Down {degrees}°</source>
        <translation>向下 {degrees}°</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) old</source>
        <translation>
            <numerusform>%n 天前</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n year(s) old</source>
        <translation>
            <numerusform>%n 年前</numerusform>
        </translation>
    </message>
    <message>
        <source>Use it again</source>
        <translation>重新启用</translation>
    </message>
    <message>
        <source>Match against this template again</source>
        <translation>重新使用此模板比对</translation>
    </message>
    <message>
        <source>Stop matching against this template without erasing it</source>
        <translation>不再使用此模板比对，但不删除</translation>
    </message>
    <message>
        <source>Retire</source>
        <translation>停用</translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message>
        <source>Camera: {name} (Alt+C)</source>
        <translation>摄像头：{name} (Alt+C)</translation>
    </message>
    <message>
        <source>Camera: {name}</source>
        <translation>摄像头：{name}</translation>
    </message>
    <message>
        <source>Strictness: {point}</source>
        <translation>严格程度：{point}</translation>
    </message>
    <message>
        <source>How many strangers who try are accepted as any enrolled person (Alt+S)</source>
        <translation>尝试的陌生人中有多少会被误认为任一已登记人员 (Alt+S)</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Hide the panel</source>
        <translation>隐藏侧栏</translation>
    </message>
    <message>
        <source>Show the panel</source>
        <translation>显示侧栏</translation>
    </message>
    <message>
        <source>Enrol this person</source>
        <translation>登记此人</translation>
    </message>
    <message>
        <source>Enrol</source>
        <translation>登记</translation>
    </message>
    <message>
        <source>Enrol the person in front of the camera (Ctrl+E)</source>
        <translation>登记镜头前的人 (Ctrl+E)</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>Camera {number}</source>
        <translation>摄像头 {number}</translation>
    </message>
    <message>
        <source>No camera is plugged in</source>
        <translation>未连接摄像头</translation>
    </message>
    <message>
        <source>File or address…</source>
        <translation>文件或地址…</translation>
    </message>
</context>
<context>
    <name>TradeOffPane</name>
    <message>
        <source>Your gallery</source>
        <translation>您的人员库</translation>
    </message>
    <message>
        <source>The model&apos;s reference</source>
        <translation>模型的参考值</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Strangers accepted versus enrolled people refused</source>
        <translation>陌生人误接受与已登记人员误拒的关系</translation>
    </message>
    <message>
        <source>Enrolled people refused</source>
        <translation>已登记人员误拒</translation>
    </message>
    <message>
        <source>Strangers accepted</source>
        <translation>陌生人误接受</translation>
    </message>
</context>
<context>
    <name>TransferMenu</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Export and import people</source>
        <translation>导出和导入人员</translation>
    </message>
    <message>
        <source>Export people…</source>
        <translation>导出人员…</translation>
    </message>
    <message>
        <source>Import people…</source>
        <translation>导入人员…</translation>
    </message>
</context>
<context>
    <name>VerdictCard</name>
    <message>
        <source>Come into the picture</source>
        <translation>请进入画面</translation>
    </message>
    <message>
        <source>No face in view</source>
        <translation>画面中没有人脸</translation>
    </message>
    <message>
        <source>Not this person</source>
        <translation>不是此人</translation>
    </message>
    <message>
        <source>Mark this match as wrong (Ctrl+M)</source>
        <translation>将此匹配标记为错误 (Ctrl+M)</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>没有画面</translation>
    </message>
    <message>
        <source>Recognition is waiting</source>
        <translation>识别正在等待</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 人</numerusform>
        </translation>
    </message>
    <message>
        <source>Not {name}</source>
        <translation>不是 {name}</translation>
    </message>
    <message>
        <source>A stranger</source>
        <translation>陌生人</translation>
    </message>
    <message>
        <source>Not verified</source>
        <translation>未通过验证</translation>
    </message>
    <message>
        <source>More than one fits</source>
        <translation>不止一人相符</translation>
    </message>
    <message>
        <source>A new face</source>
        <translation>新面孔</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>正在查看</translation>
    </message>
    <message>
        <source>No comparison</source>
        <translation>没有可比对的人</translation>
    </message>
</context>
<context>
    <name>WaitingPane</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>正在打开</translation>
    </message>
    <message>
        <source>Every template is compared with every person.</source>
        <translation>每个模板都与所有人比对。</translation>
    </message>
    <message>
        <source>Measuring your gallery</source>
        <translation>正在测量人员库</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Not measured</source>
        <translation>尚未测量</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Enrol people to see how well they can be distinguished.</source>
        <translation>登记人员后，可在此查看其区分效果。</translation>
    </message>
    <message>
        <source>Enrol a person</source>
        <translation>登记人员</translation>
    </message>
    <message>
        <source>No people enrolled yet</source>
        <translation>尚未登记任何人</translation>
    </message>
    <message>
        <source>Your gallery could not be measured</source>
        <translation>无法测量人员库</translation>
    </message>
</context>
<context>
    <name>WeakestList</name>
    <message>
        <source>No weak entries: all people have enough good templates.</source>
        <translation>没有薄弱人员：每个人都有足够的合格模板。</translation>
    </message>
    <message>
        <source>The weakest people</source>
        <translation>最薄弱的人员</translation>
    </message>
    <message>
        <source>Add templates</source>
        <translation>添加模板</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>WrongMatchPane</name>
    <message>
        <source>Marked as not {name}</source>
        <translation>已标记为不是 {name}</translation>
    </message>
    <message>
        <source>Faces like this one no longer match {name}.</source>
        <translation>与此相似的人脸不再匹配 {name}。</translation>
    </message>
    <message>
        <source>Not {name}?</source>
        <translation>不是 {name}？</translation>
    </message>
    <message>
        <source>Faces like this one will no longer match {name}.</source>
        <translation>与此相似的人脸将不再匹配 {name}。</translation>
    </message>
    <message>
        <source>Not this person</source>
        <translation>不是此人</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{words} (Esc)</source>
        <translation>{words} (Esc)</translation>
    </message>
</context>
<context>
    <name>_KeySourceForm</name>
    <message>
        <source>Move key</source>
        <translation>更改位置</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Do not move the key (Esc)</source>
        <translation>密钥位置不变 (Esc)</translation>
    </message>
    <message>
        <source>Store the key in</source>
        <translation>密钥保存于</translation>
    </message>
    <message>
        <source>A new passphrase</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>{source} (a new key)</source>
        <translation>{source}（新密钥）</translation>
    </message>
</context>
<context>
    <name>_PermissionTable</name>
    <message>
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
</context>
<context>
    <name>audit</name>
    <message>
        <source>Enrolled</source>
        <translation>已登记</translation>
    </message>
    <message>
        <source>Details changed</source>
        <translation>资料已更改</translation>
    </message>
    <message>
        <source>Renamed</source>
        <translation>已改名</translation>
    </message>
    <message>
        <source>Two entries merged</source>
        <translation>两个条目已合并</translation>
    </message>
    <message>
        <source>Erased</source>
        <translation>已删除</translation>
    </message>
    <message>
        <source>Erased when due</source>
        <translation>到期删除</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>Templates added</source>
        <translation>已添加模板</translation>
    </message>
    <message>
        <source>Template retired</source>
        <translation>模板已停用</translation>
    </message>
    <message>
        <source>Marked as not this person</source>
        <translation>已标记为不是此人</translation>
    </message>
    <message>
        <source>Mark removed</source>
        <translation>标记已移除</translation>
    </message>
    <message>
        <source>Recognised</source>
        <translation>已识别</translation>
    </message>
    <message>
        <source>Not recognised</source>
        <translation>未识别</translation>
    </message>
    <message>
        <source>Setting changed</source>
        <translation>设置已更改</translation>
    </message>
    <message>
        <source>Backup restored</source>
        <translation>备份已恢复</translation>
    </message>
    <message>
        <source>Kiosk started</source>
        <translation>门禁终端已启动</translation>
    </message>
    <message>
        <source>Unlocked</source>
        <translation>已开锁</translation>
    </message>
    <message>
        <source>Denied</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Locked out</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>PIN accepted</source>
        <translation>PIN 正确</translation>
    </message>
    <message>
        <source>PIN changed</source>
        <translation>PIN 已更改</translation>
    </message>
    <message>
        <source>Action done</source>
        <translation>动作已执行</translation>
    </message>
    <message>
        <source>Action failed</source>
        <translation>动作失败</translation>
    </message>
    <message>
        <source>Old events removed</source>
        <translation>旧事件已清除</translation>
    </message>
    <message>
        <source>Keys changed</source>
        <translation>密钥已更改</translation>
    </message>
    <message>
        <source>Password changed</source>
        <translation>密码已更改</translation>
    </message>
    <message>
        <source>Signed in</source>
        <translation>已登录</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>已退出登录</translation>
    </message>
    <message>
        <source>Template restored</source>
        <translation>模板已重新启用</translation>
    </message>
    <message>
        <source>Similarity needed changed</source>
        <translation>所需相似度已变化</translation>
    </message>
    <message>
        <source>Kiosk closed</source>
        <translation>门禁终端已退出</translation>
    </message>
    <message>
        <source>Lockout reset</source>
        <translation>锁定已重置</translation>
    </message>
    <message>
        <source>PIN rejected</source>
        <translation>PIN 被拒绝</translation>
    </message>
    <message>
        <source>Audit log protection started</source>
        <translation>审计记录保护已启用</translation>
    </message>
    <message>
        <source>Audit log resealed</source>
        <translation>审计记录已重新封存</translation>
    </message>
    <message>
        <source>Sign-in rejected</source>
        <translation>登录被拒绝</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>人脸</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Kiosk</source>
        <translation>门禁终端</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令行</translation>
    </message>
    <message>
        <source>Receivers</source>
        <translation>接收方</translation>
    </message>
    <message>
        <source>Similarity</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>Similarity needed</source>
        <translation>所需相似度</translation>
    </message>
    <message>
        <source>Runner-up</source>
        <translation>第二名</translation>
    </message>
    <message>
        <source>Margin to the runner-up</source>
        <translation>与第二名的差距</translation>
    </message>
    <message>
        <source>Strangers this similar</source>
        <translation>同样相似的陌生人</translation>
    </message>
    <message>
        <source>Most similar</source>
        <translation>最相似的人</translation>
    </message>
    <message>
        <source>Other entry</source>
        <translation>另一个条目</translation>
    </message>
    <message>
        <source>Strictness</source>
        <translation>严格程度</translation>
    </message>
    <message>
        <source>Strictness: one stranger in</source>
        <translation>严格程度：误认 1 人所对应的陌生人数</translation>
    </message>
    <message>
        <source>Held: one stranger in</source>
        <translation>可保证：误认 1 人所对应的陌生人数</translation>
    </message>
    <message>
        <source>People enrolled</source>
        <translation>已登记人员</translation>
    </message>
    <message>
        <source>Attempts until the lockout</source>
        <translation>锁定前的尝试次数</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Consent text</source>
        <translation>同意书</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>更改项</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Authentication method</source>
        <translation>验证方式</translation>
    </message>
    <message>
        <source>PIN instead of movements</source>
        <translation>以 PIN 代替动作</translation>
    </message>
    <message>
        <source>Liveness</source>
        <translation>活体</translation>
    </message>
    <message>
        <source>Liveness policy</source>
        <translation>活体检测策略</translation>
    </message>
    <message>
        <source>Sealed up to event</source>
        <translation>封存至事件</translation>
    </message>
    <message>
        <source>Cues</source>
        <translation>检测项</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒数</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>erased person {pseudonym}</source>
        <translation>已删除人员 {pseudonym}</translation>
    </message>
    <message>
        <source>{first} to {last}, {count} of them</source>
        <translation>{first} 至 {last}，共 {count} 帧</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>“{camera}” was closed.</source>
        <translation>“{camera}”已关闭。</translation>
    </message>
    <message>
        <source>Open it again to continue.</source>
        <translation>请重新打开以继续查看。</translation>
    </message>
    <message>
        <source>There is no camera named “{camera}”. Available: {known}.</source>
        <translation>没有名为“{camera}”的摄像头。现有：{known}。</translation>
    </message>
    <message>
        <source>There is no camera named “{camera}”; no camera is connected.</source>
        <translation>没有名为“{camera}”的摄像头；当前未连接任何摄像头。</translation>
    </message>
    <message>
        <source>“{camera}” matches several cameras: {known}.</source>
        <translation>“{camera}”对应多个摄像头：{known}。</translation>
    </message>
    <message>
        <source>Give more of the name, or use the camera&apos;s number.</source>
        <translation>请输入更完整的名称，或使用摄像头编号。</translation>
    </message>
    <message>
        <source>“{camera}” sends no video.</source>
        <translation>“{camera}”没有视频信号。</translation>
    </message>
    <message>
        <source>Check the address, user name and password, and whether the camera is on and in the same network.</source>
        <translation>请检查地址、用户名和密码，并确认摄像头已开机且在同一网络中。</translation>
    </message>
    <message>
        <source>There is no picture at: {path}</source>
        <translation>此处没有图片：{path}</translation>
    </message>
    <message>
        <source>This is a folder, not a picture: {path}</source>
        <translation>这是文件夹，不是图片：{path}</translation>
    </message>
    <message>
        <source>This picture file is empty: {path}</source>
        <translation>图片文件为空：{path}</translation>
    </message>
    <message>
        <source>There is no folder or picture at “{camera}”.</source>
        <translation>“{camera}”处没有文件夹或图片。</translation>
    </message>
    <message>
        <source>Check the path, or choose another folder.</source>
        <translation>请检查路径，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>This user may not read the folder “{camera}”.</source>
        <translation>当前用户无权查看文件夹“{camera}”。</translation>
    </message>
    <message>
        <source>Give this user read access, or choose another folder.</source>
        <translation>请授予读取权限，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>The folder “{camera}” has no pictures.</source>
        <translation>文件夹“{camera}”中没有图片。</translation>
    </message>
    <message>
        <source>None of the pictures in “{camera}” can be read.</source>
        <translation>“{camera}”中的图片均无法读取。</translation>
    </message>
    <message>
        <source>Put JPEG, PNG, WebP, BMP or TIFF files into it.</source>
        <translation>请放入 JPEG、PNG、WebP、BMP 或 TIFF 文件。</translation>
    </message>
    <message>
        <source>A portrait of the demo is missing or damaged: {camera}</source>
        <translation>演示用的肖像缺失或损坏：{camera}</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>请重新安装程序。</translation>
    </message>
    <message>
        <source>No camera was given.</source>
        <translation>未指定摄像头。</translation>
    </message>
    <message>
        <source>“{camera}” is not an address that can be played.</source>
        <translation>“{camera}”不是可播放的地址。</translation>
    </message>
    <message>
        <source>“{camera}” has no host name.</source>
        <translation>“{camera}”中没有主机名。</translation>
    </message>
    <message>
        <source>Give a camera&apos;s number or name, a video file, a folder of pictures, an address that starts with rtsp:// or http://, or “demo”.</source>
        <translation>请填写摄像头编号或名称、视频文件、图片文件夹、以 rtsp:// 或 http:// 开头的地址，或“demo”。</translation>
    </message>
    <message>
        <source>There is no file or folder “{camera}”.</source>
        <translation>没有文件或文件夹“{camera}”。</translation>
    </message>
    <message>
        <source>There is no video file at “{camera}”.</source>
        <translation>“{camera}”处没有视频文件。</translation>
    </message>
    <message>
        <source>Check the path, or choose another file.</source>
        <translation>请检查路径，或选择其他文件。</translation>
    </message>
    <message>
        <source>The video file “{camera}” is empty.</source>
        <translation>视频文件“{camera}”为空。</translation>
    </message>
    <message>
        <source>Copy or record it again, or choose another file.</source>
        <translation>请重新复制或录制，或选择其他文件。</translation>
    </message>
    <message>
        <source>“{camera}” cannot be played: it is not a video, or it is damaged or cut short.</source>
        <translation>无法播放“{camera}”：它不是视频，或已损坏、不完整。</translation>
    </message>
    <message>
        <source>Choose an MP4, AVI, MKV or WebM file that other programs can play.</source>
        <translation>请选择其他程序能播放的 MP4、AVI、MKV 或 WebM 文件。</translation>
    </message>
    <message>
        <source>The device “{camera}” is not a camera that delivers pictures.</source>
        <translation>设备“{camera}”不是可提供画面的摄像头。</translation>
    </message>
    <message>
        <source>The camera “{camera}” is connected but delivers no pictures.</source>
        <translation>摄像头“{camera}”已连接，但没有画面。</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or restart the computer.</source>
        <translation>请拔下后重新插入，或重启电脑。</translation>
    </message>
    <message>
        <source>This setting cannot have that value.</source>
        <translation>此设置不能使用该值。</translation>
    </message>
    <message>
        <source>Nothing was changed. See the allowed values with: facelatch settings list</source>
        <translation>未作任何更改。查看每项设置的取值：facelatch settings list</translation>
    </message>
    <message>
        <source>Use 1 to {limit} characters: letters of any script, digits, spaces, emoji.</source>
        <translation>请使用 1 到 {limit} 个字符：任何文字、数字、空格或表情符号。</translation>
    </message>
    <message>
        <source>Use {shortest} to {longest} digits.</source>
        <translation>请使用 {shortest} 至 {longest} 位数字。</translation>
    </message>
    <message>
        <source>This PIN is too easy to guess.</source>
        <translation>此 PIN 太容易被猜到。</translation>
    </message>
    <message>
        <source>No person named “{name}” is enrolled.</source>
        <translation>没有登记名为“{name}”的人。</translation>
    </message>
    <message>
        <source>List the enrolled people with: facelatch people list</source>
        <translation>查看已登记人员：facelatch people list</translation>
    </message>
    <message>
        <source>“{name}” is enrolled already.</source>
        <translation>“{name}”已登记。</translation>
    </message>
    <message>
        <source>Choose another name, or add these pictures to the person who has it.</source>
        <translation>请换一个姓名，或将这些照片添加到已有的人。</translation>
    </message>
    <message>
        <source>The badge number “{badge}” belongs to {name}.</source>
        <translation>工牌号“{badge}”已属于 {name}。</translation>
    </message>
    <message>
        <source>Use another number, or remove it from that person first.</source>
        <translation>请换一个工牌号，或先将其从该人员处移除。</translation>
    </message>
    <message>
        <source>“{name}” is not enrolled: there is no consent.</source>
        <translation>“{name}”未登记：没有同意书。</translation>
    </message>
    <message>
        <source>Show the person the consent text, and enrol them once they agree.</source>
        <translation>请向本人出示同意书，对方同意后再登记。</translation>
    </message>
    <message>
        <source>The people in {path} cannot be read: {reason}</source>
        <translation>无法读取 {path} 中的人员：{reason}</translation>
    </message>
    <message>
        <source>Use a folder with one subfolder per person, or a CSV file in UTF-8.</source>
        <translation>请指定每人一个子文件夹的文件夹，或 UTF-8 编码的 CSV 文件。</translation>
    </message>
    <message>
        <source>No camera found at “{camera}”.</source>
        <translation>在“{camera}”处找不到摄像头。</translation>
    </message>
    <message>
        <source>Connect a camera, choose another one, or use the demo.</source>
        <translation>请连接摄像头、另选一个，或使用演示。</translation>
    </message>
    <message>
        <source>The camera “{camera}” is in use by another program.</source>
        <translation>摄像头“{camera}”正被其他程序占用。</translation>
    </message>
    <message>
        <source>Close the program that uses it, then try again.</source>
        <translation>请关闭占用它的程序，然后重试。</translation>
    </message>
    <message>
        <source>On Linux, add the user to the group “video”; elsewhere, allow it in the privacy settings.</source>
        <translation>在 Linux 上，请将用户加入“video”组；在其他系统上，请在隐私设置中允许访问。</translation>
    </message>
    <message>
        <source>The camera “{camera}” stopped sending pictures.</source>
        <translation>摄像头“{camera}”停止发送画面。</translation>
    </message>
    <message>
        <source>Check its cable or network. The program reconnects automatically.</source>
        <translation>请检查线缆或网络。恢复后会自动重新打开。</translation>
    </message>
    <message>
        <source>The camera “{camera}” repeats the same picture.</source>
        <translation>摄像头“{camera}”一直重复同一画面。</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again. The program reopens it automatically.</source>
        <translation>请拔下后重新插入。程序正在重新打开它。</translation>
    </message>
    <message>
        <source>The camera “{camera}” shows only black.</source>
        <translation>摄像头“{camera}”只有黑屏。</translation>
    </message>
    <message>
        <source>Open its shutter, remove the cover, or turn on a light.</source>
        <translation>请打开镜头盖、取下遮挡物，或开灯。</translation>
    </message>
    <message>
        <source>The model “{model}” is missing.</source>
        <translation>缺少模型“{model}”。</translation>
    </message>
    <message>
        <source>Reinstall the program; “facelatch models list” shows the expected models.</source>
        <translation>请重新安装程序；“facelatch models list”会列出应有的模型。</translation>
    </message>
    <message>
        <source>The file of the model “{model}” is not the one in the manifest.</source>
        <translation>模型“{model}”的文件与清单不符。</translation>
    </message>
    <message>
        <source>This PIN is too short, too long, or not made of digits alone.</source>
        <translation>此 PIN 太短、太长，或含有非数字字符。</translation>
    </message>
    <message>
        <source>This password cannot be set.</source>
        <translation>无法设置此密码。</translation>
    </message>
    <message>
        <source>Use {shortest} to {longest} characters, not all the same.</source>
        <translation>请使用 {shortest} 至 {longest} 个字母、数字或符号，且不能全部相同。</translation>
    </message>
    <message>
        <source>Only an admin may do this.</source>
        <translation>只有管理员可以执行此操作。</translation>
    </message>
    <message>
        <source>Sign in as admin first.</source>
        <translation>请先以管理员身份登录。</translation>
    </message>
    <message>
        <source>There is no permission to open the camera “{camera}”.</source>
        <translation>没有打开摄像头“{camera}”的权限。</translation>
    </message>
    <message>
        <source>It is damaged or was replaced, so it is not used. Reinstall the program, or add a row for your model.</source>
        <translation>该文件已损坏或被替换，因此不予使用。请重新安装程序，或为您自己的模型添加一行。</translation>
    </message>
    <message>
        <source>The database is locked by another program: {path}</source>
        <translation>数据库被其他程序锁定：{path}</translation>
    </message>
    <message>
        <source>Close the other program (a backup, a database browser), then try again.</source>
        <translation>请关闭其他程序（备份、数据库浏览器），然后重试。</translation>
    </message>
    <message>
        <source>The database is damaged: {path}</source>
        <translation>数据库已损坏：{path}</translation>
    </message>
    <message>
        <source>Nothing was changed. Move the file aside and restore a backup of it.</source>
        <translation>未作任何更改。请移走该文件并恢复备份。</translation>
    </message>
    <message>
        <source>A record of the database was changed from outside ({where}): {path}</source>
        <translation>数据库中的一条记录被外部修改（{where}）：{path}</translation>
    </message>
    <message>
        <source>List all faults with: facelatch store check. Then restore a backup: facelatch store restore</source>
        <translation>查看所有问题：facelatch store check。然后恢复备份：facelatch store restore</translation>
    </message>
    <message>
        <source>The key of the database is not available ({reason}): {path}</source>
        <translation>无法获得数据库的密钥（{reason}）：{path}</translation>
    </message>
    <message>
        <source>Restore the key, or use the printed recovery code: facelatch store key recover. Nothing was changed.</source>
        <translation>请找回密钥，或使用打印的恢复码：facelatch store key recover。没有更改任何内容。</translation>
    </message>
    <message>
        <source>There is no room left on the disk for: {path}</source>
        <translation>磁盘空间不足：{path}</translation>
    </message>
    <message>
        <source>Free some space, then try again. What was saved before is safe.</source>
        <translation>请释放空间后重试。此前保存的内容完好。</translation>
    </message>
    <message>
        <source>The database cannot be written: {path}</source>
        <translation>数据库无法写入：{path}</translation>
    </message>
    <message>
        <source>Give this user write access, or choose another place with FACELATCH_DATA_DIR.</source>
        <translation>请授予写入权限，或用 FACELATCH_DATA_DIR 另选位置。</translation>
    </message>
    <message>
        <source>This is a database of another program: {path}</source>
        <translation>这是其他程序的数据库：{path}</translation>
    </message>
    <message>
        <source>Nothing was changed. Choose another data directory with FACELATCH_DATA_DIR.</source>
        <translation>未作任何更改。请用 FACELATCH_DATA_DIR 另选数据目录。</translation>
    </message>
    <message>
        <source>The database is missing or empty, but backups of it exist: {path}</source>
        <translation>数据库缺失或为空，但存在其备份：{path}</translation>
    </message>
    <message>
        <source>Restore one: “facelatch store backups” lists them, “facelatch store restore” restores one. To begin with no people, move the folder of backups away.</source>
        <translation>请恢复一个备份：“facelatch store backups”列出备份，“facelatch store restore”恢复备份。若要从空数据库开始，请移走备份文件夹。</translation>
    </message>
    <message>
        <source>The database was made by a newer version of Facelatch: {path}</source>
        <translation>该数据库由更新版本的 Facelatch 创建：{path}</translation>
    </message>
    <message>
        <source>Nothing was changed. Update Facelatch, then open it again.</source>
        <translation>未作任何更改。请更新 Facelatch 后再打开。</translation>
    </message>
    <message>
        <source>The database server cannot be reached: {path}</source>
        <translation>无法连接数据库服务器：{path}</translation>
    </message>
    <message>
        <source>Check the network and the server. A kiosk goes on with its own copy.</source>
        <translation>请检查网络和服务器。门禁终端会继续使用自己的副本。</translation>
    </message>
    <message>
        <source>The audit log was changed from outside.</source>
        <translation>审计记录被外部修改。</translation>
    </message>
    <message>
        <source>Find the event with: facelatch audit verify</source>
        <translation>查看位置：facelatch audit verify</translation>
    </message>
    <message>
        <source>This picture cannot be read: {path}</source>
        <translation>无法读取此图片：{path}</translation>
    </message>
    <message>
        <source>Use a JPEG, PNG, WebP, BMP or TIFF file that other programs can open.</source>
        <translation>请使用其他程序能打开的 JPEG、PNG、WebP、BMP 或 TIFF 文件。</translation>
    </message>
    <message>
        <source>This picture is too large ({width} × {height}): {path}</source>
        <translation>图片过大（{width} × {height}）：{path}</translation>
    </message>
    <message>
        <source>Scale it down to at most {limit} million pixels.</source>
        <translation>请缩小到不超过 {limit} 百万像素。</translation>
    </message>
    <message>
        <source>No face was found in: {path}</source>
        <translation>未找到人脸：{path}</translation>
    </message>
    <message>
        <source>Use a picture where the face is upright, sharp and at least 60 pixels wide.</source>
        <translation>请使用人脸端正、清晰且至少 60 像素宽的图片。</translation>
    </message>
    <message>
        <source>{count} faces were found where one is needed: {path}</source>
        <translation>需要一张人脸，却找到 {count} 张：{path}</translation>
    </message>
    <message>
        <source>Crop the picture to one person.</source>
        <translation>请将图片裁剪到只剩所需的人。</translation>
    </message>
    <message>
        <source>The face cannot be used ({reasons}): {path}</source>
        <translation>人脸无法使用（{reasons}）：{path}</translation>
    </message>
    <message>
        <source>Use a sharp, evenly lit picture of a face that looks at the camera.</source>
        <translation>请使用光线均匀、清晰且正对镜头的图片。</translation>
    </message>
    <message>
        <source>Not needed, since better pictures show the same: {path}</source>
        <translation>不需要，已有更好的图片包含相同内容：{path}</translation>
    </message>
    <message>
        <source>Pictures from different days, lights and directions help most.</source>
        <translation>不同日期、光线和角度的图片最有帮助。</translation>
    </message>
    <message>
        <source>This seems to show a different person from the other pictures: {path}</source>
        <translation>此照片似乎与其他照片不是同一人：{path}</translation>
    </message>
    <message>
        <source>Remove it from the folder, or enrol from it alone if it is the right person.</source>
        <translation>请将它移出文件夹；如果人没有错，请单独用它登记。</translation>
    </message>
    <message>
        <source>“{name}” was not recognised by the new pictures. Nothing was stored.</source>
        <translation>用新照片未能识别“{name}”。未保存任何内容。</translation>
    </message>
    <message>
        <source>Take the pictures again, in even light.</source>
        <translation>请在均匀的光线下重新拍摄。</translation>
    </message>
    <message>
        <source>This is not a bundle of people: {path}</source>
        <translation>这不是人员数据包：{path}</translation>
    </message>
    <message>
        <source>This bundle was made by a newer version of Facelatch: {path}</source>
        <translation>此数据包由更新版本的 Facelatch 生成：{path}</translation>
    </message>
    <message>
        <source>Update Facelatch, then import it again.</source>
        <translation>请更新 Facelatch，然后重新导入。</translation>
    </message>
    <message>
        <source>This bundle is damaged or incomplete: {path}</source>
        <translation>此数据包已损坏，或缺少结尾部分：{path}</translation>
    </message>
    <message>
        <source>No person was imported. Copy the bundle again from its source.</source>
        <translation>没有导入任何人。请从来源处重新复制。</translation>
    </message>
    <message>
        <source>This is not the passphrase of the bundle: {path}</source>
        <translation>这不是该数据包的口令：{path}</translation>
    </message>
    <message>
        <source>Type it again. The bundle cannot be read without it.</source>
        <translation>请重新输入。没有口令，任何人都无法读取该数据包。</translation>
    </message>
    <message>
        <source>Settings in {path} cannot be used: {reasons}</source>
        <translation>{path} 中的设置无法使用：{reasons}</translation>
    </message>
    <message>
        <source>Their defaults apply, and all other settings stay in force. Correct or remove them in the file; “facelatch settings list” shows what each setting takes.</source>
        <translation>这些设置使用默认值，其他设置仍然有效。请在文件中更正或删除它们；“facelatch settings list”会列出每项设置的可用值。</translation>
    </message>
    <message>
        <source>The policy of this kiosk cannot be used.
{problems}</source>
        <translation>无法使用此门禁终端的策略。
{problems}</translation>
    </message>
    <message>
        <source>The kiosk stays locked until it is corrected. Check it with --check.</source>
        <translation>更正之前，门禁终端保持锁定。请用 --check 检查。</translation>
    </message>
    <message>
        <source>The file cannot be written: {path} ({reason})</source>
        <translation>无法写入文件：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Choose another folder, or make room on the disk, then try again.</source>
        <translation>请另选文件夹，或释放磁盘空间，然后重试。</translation>
    </message>
    <message>
        <source>There is no display to open a window on.</source>
        <translation>没有可用于打开窗口的显示器。</translation>
    </message>
    <message>
        <source>Start it from a desktop session, or run: facelatch demo --headless</source>
        <translation>请在桌面会话中启动，或运行：facelatch demo --headless</translation>
    </message>
    <message>
        <source>Internal error: {problem}</source>
        <translation>Facelatch 出错了：{problem}</translation>
    </message>
    <message>
        <source>Please report it with the log: {log}</source>
        <translation>请附上日志进行反馈：{log}</translation>
    </message>
    <message>
        <source>the environment</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>The settings cannot be saved: {path} ({reason})</source>
        <translation>无法保存设置：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Give this user write access to the directory, or correct the file.</source>
        <translation>请授予当前用户对该目录的写入权限，或更正该文件。</translation>
    </message>
    <message>
        <source>Use 0, or a number from 10 to 1000000.</source>
        <translation>请使用 0，或 10 到 1000000 之间的数。</translation>
    </message>
    <message>
        <source>The minimum brightness must be below the maximum.</source>
        <translation>最低亮度必须低于最高亮度。</translation>
    </message>
    <message>
        <source>A movement is named twice.</source>
        <translation>有动作重复。</translation>
    </message>
    <message>
        <source>A challenge with this many steps needs more movements to choose from.</source>
        <translation>步骤这么多的动作验证需要更多可选动作。</translation>
    </message>
    <message>
        <source>Correct the value; “facelatch settings list” shows what each setting takes.</source>
        <translation>请更正该值；“facelatch settings list”会列出每项设置可取的值。</translation>
    </message>
    <message>
        <source>A setting cannot be used in {where}: {reason}</source>
        <translation>{where} 中有无法使用的设置：{reason}</translation>
    </message>
    <message>
        <source>Too few good pictures came from “{path}” ({reasons}). Nothing was stored.</source>
        <translation>“{path}”的合格照片太少（{reasons}）。未保存任何内容。</translation>
    </message>
    <message>
        <source>Look straight at the camera, alone, in even light.</source>
        <translation>请独自正对摄像头，保持光线均匀。</translation>
    </message>
    <message>
        <source>No face could be judged at “{camera}”.</source>
        <translation>“{camera}”处没有可判断的人脸。</translation>
    </message>
    <message>
        <source>Nothing can be written to {path} ({reason}).</source>
        <translation>无法写入 {path}（{reason}）。</translation>
    </message>
    <message>
        <source>Give this user write access, or set FACELATCH_DATA_DIR.</source>
        <translation>请授予写入权限，或设置 FACELATCH_DATA_DIR。</translation>
    </message>
    <message>
        <source>There are no pictures to enrol from.</source>
        <translation>没有可用于登记的图片。</translation>
    </message>
    <message>
        <source>Name a folder with JPEG, PNG, WebP, BMP or TIFF files.</source>
        <translation>请指定含有 JPEG、PNG、WebP、BMP 或 TIFF 文件的文件夹。</translation>
    </message>
    <message>
        <source>None of the {count} pictures can be used. The first: {first}</source>
        <translation>{count} 张图片均无法使用。第一张：{first}</translation>
    </message>
    <message>
        <source>Use pictures that are lit evenly, sharp, and look at the camera.</source>
        <translation>请使用光线均匀、清晰且正对镜头的图片。</translation>
    </message>
    <message>
        <source>All pairs are of one kind: error rates need both.</source>
        <translation>所有图片对都属于同一类：计算错误率需要两类。</translation>
    </message>
    <message>
        <source>Give pairs of the same and of different people.</source>
        <translation>请同时提供同一人和不同人的图片对。</translation>
    </message>
    <message>
        <source>Fewer than two people were found in: {path}</source>
        <translation>找到的人不足两个：{path}</translation>
    </message>
    <message>
        <source>Give a folder that holds a folder of pictures for each person.</source>
        <translation>请指定一个文件夹，其中每人有一个图片文件夹。</translation>
    </message>
    <message>
        <source>There are no embeddings of {size} values in: {path}</source>
        <translation>其中没有长度为 {size} 的特征向量：{path}</translation>
    </message>
    <message>
        <source>Give a NumPy file (.npy) with a row for each of at least {count} people.</source>
        <translation>请提供 NumPy 文件 (.npy)，每人一行，至少 {count} 人。</translation>
    </message>
    <message>
        <source>“{name}” has no template of the model in use.</source>
        <translation>“{name}”没有当前模型的模板。</translation>
    </message>
    <message>
        <source>Enrol the person again.</source>
        <translation>请重新登记此人。</translation>
    </message>
    <message>
        <source>The list of pairs cannot be read: {path} ({reason})</source>
        <translation>无法读取图片对列表：{path}（{reason}）</translation>
    </message>
    <message>
        <source>The list of pairs is empty: {path}</source>
        <translation>图片对列表为空：{path}</translation>
    </message>
    <message>
        <source>The list of aliases cannot be used: {path} ({reason})</source>
        <translation>无法使用别名列表：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Each line needs two names with a tab between them.</source>
        <translation>每行需要两个名称，以制表符分隔。</translation>
    </message>
    <message>
        <source>Line {number} is not a pair: {path}</source>
        <translation>第 {number} 行不是图片对：{path}</translation>
    </message>
    <message>
        <source>Use lines like “a.jpg⇥b.jpg⇥1”, or those of LFW&apos;s pairs.txt.</source>
        <translation>请使用“a.jpg⇥b.jpg⇥1”这样的行，或 LFW 的 pairs.txt 格式。</translation>
    </message>
    <message>
        <source>The database cannot be used ({reason}): {path}</source>
        <translation>无法使用数据库（{reason}）：{path}</translation>
    </message>
    <message>
        <source>Choose a directory on a local disk with FACELATCH_DATA_DIR.</source>
        <translation>请用 FACELATCH_DATA_DIR 选择本地磁盘上的目录。</translation>
    </message>
    <message>
        <source>The database path is not a regular file: {path}</source>
        <translation>数据库的位置上不是文件：{path}</translation>
    </message>
    <message>
        <source>The name is empty.</source>
        <translation>姓名为空。</translation>
    </message>
    <message>
        <source>The name is too long: {length} characters.</source>
        <translation>姓名过长：{length} 个字符。</translation>
    </message>
    <message>
        <source>The name has a character that cannot be shown: {character}</source>
        <translation>姓名中有无法显示的字符：{character}</translation>
    </message>
    <message>
        <source>The picture cannot be written: {path}</source>
        <translation>无法写入图片：{path}</translation>
    </message>
    <message>
        <source>Name a file in a directory that exists and can be written.</source>
        <translation>请指定一个存在且可写的目录中的文件。</translation>
    </message>
    <message>
        <source>The model “{model}” does not fit its row in the manifest.</source>
        <translation>模型“{model}”与清单中的说明不符。</translation>
    </message>
    <message>
        <source>Its input and output are {found}; the row says {wanted}.</source>
        <translation>实际输入输出为 {found}；清单中为 {wanted}。</translation>
    </message>
    <message>
        <source>The model “{model}” cannot be run: {reason}</source>
        <translation>模型“{model}”无法运行：{reason}</translation>
    </message>
    <message>
        <source>Check that it is an ONNX file that fits its row in the manifest.</source>
        <translation>请确认它是与清单相符的 ONNX 文件。</translation>
    </message>
    <message>
        <source>The model manifest cannot be used: {path} ({reason})</source>
        <translation>无法使用模型清单：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Correct the file, or install the program again.</source>
        <translation>请更正该文件，或重新安装程序。</translation>
    </message>
    <message>
        <source>The action “{action}” took longer than {limit} s.</source>
        <translation>操作“{action}”用时超过 {limit} s。</translation>
    </message>
    <message>
        <source>Find out what delays it, or raise its timeout_s in the kiosk&apos;s policy.</source>
        <translation>请查明它为何变慢，或在门禁终端的策略中调大 timeout_s。</translation>
    </message>
    <message>
        <source>The action “{action}” is still busy with earlier events.</source>
        <translation>操作“{action}”仍在处理之前的事件。</translation>
    </message>
    <message>
        <source>Find out what delays it. It receives events again once it has finished.</source>
        <translation>请查明它为何变慢。处理完后会重新接收事件。</translation>
    </message>
    <message>
        <source>The action “{action}” was skipped: it would have started {seconds} s late.</source>
        <translation>操作“{action}”未开始：轮到它时已晚了 {seconds} s。</translation>
    </message>
    <message>
        <source>In the kiosk&apos;s policy, put it before the action that delays it, or raise its latest_s.</source>
        <translation>请在门禁终端的策略中将它移到拖慢它的操作之前，或调大 latest_s。</translation>
    </message>
    <message>
        <source>The action “{action}” was not finished: the kiosk was closed.</source>
        <translation>操作“{action}”未完成：门禁终端已关闭。</translation>
    </message>
    <message>
        <source>Internal error in the action “{action}”: {problem}</source>
        <translation>操作“{action}”出错：{problem}</translation>
    </message>
    <message>
        <source>Please report it to the author of the action, with the log.</source>
        <translation>请附上日志，反馈给该操作的作者。</translation>
    </message>
    <message>
        <source>The command “{command}” failed: {reason}</source>
        <translation>命令“{command}”失败：{reason}</translation>
    </message>
    <message>
        <source>Run it by hand as the kiosk&apos;s user, with the same arguments.</source>
        <translation>请以门禁终端的用户身份，用相同参数手动运行。</translation>
    </message>
    <message>
        <source>The package “{package}” is not installed.</source>
        <translation>未安装软件包“{package}”。</translation>
    </message>
    <message>
        <source>Install it with: pip install &apos;facelatch[{extra}]&apos;</source>
        <translation>请用以下命令安装：pip install &apos;facelatch[{extra}]&apos;</translation>
    </message>
    <message>
        <source>The secret at {place} cannot be used: {reason}</source>
        <translation>无法使用 {place} 处的密钥：{reason}</translation>
    </message>
    <message>
        <source>Check whether the action has to be repeated by hand.</source>
        <translation>无需处理，除非有人正在等待。</translation>
    </message>
    <message>
        <source>Put it there, readable by the kiosk&apos;s user only.</source>
        <translation>请放到该处，并设为只有门禁终端的用户可读。</translation>
    </message>
    <message>
        <source>{address} cannot be reached: {reason}</source>
        <translation>无法连接 {address}：{reason}</translation>
    </message>
    <message>
        <source>Check the address, the network, and the certificate.</source>
        <translation>请检查地址、网络和证书。</translation>
    </message>
    <message>
        <source>{address} refused the event: {reason}</source>
        <translation>{address} 拒绝了事件：{reason}</translation>
    </message>
    <message>
        <source>Check the receiver&apos;s log, the secret or password, and the path or topic.</source>
        <translation>请查看对方的日志；检查密钥或密码、路径或主题。</translation>
    </message>
    <message>
        <source>{address} rejects this event: {reason}</source>
        <translation>{address} 不接受此事件：{reason}</translation>
    </message>
    <message>
        <source>It is not sent again. Compare what the receiver expects with docs/actions.md.</source>
        <translation>不会再次发送。请将接收方的要求与 docs/actions.md 对照。</translation>
    </message>
    <message>
        <source>Smart cards cannot be read: {reason}</source>
        <translation>无法读取智能卡：{reason}</translation>
    </message>
    <message>
        <source>Check that the reader is plugged in and that the service pcscd runs.</source>
        <translation>请检查读卡器是否已插好，以及 pcscd 服务是否正在运行。</translation>
    </message>
    <message>
        <source>The relay at {port} cannot be switched: {reason}</source>
        <translation>无法切换 {port} 上的继电器：{reason}</translation>
    </message>
    <message>
        <source>Check that it is connected, that the kiosk&apos;s user may use it, and that no other program has it.</source>
        <translation>请确认它已连接、门禁终端的用户有权使用，且未被其他程序占用。</translation>
    </message>
    <message>
        <source>{limit} events are already waiting for “{target}”; this one was dropped.</source>
        <translation>“{target}”已有 {limit} 个事件在等待；此事件未保留。</translation>
    </message>
    <message>
        <source>Find out what delays them with: facelatch actions outbox</source>
        <translation>查看堵塞原因：facelatch actions outbox</translation>
    </message>
    <message>
        <source>Use a rate such as 1e-4.</source>
        <translation>请填写比率，例如 1e-4。</translation>
    </message>
    <message>
        <source>Use a rate from 1e-6 to 1e-2.</source>
        <translation>请填写 1e-6 到 1e-2 之间的比率。</translation>
    </message>
    <message>
        <source>There is no setting “{key}”.</source>
        <translation>没有名为“{key}”的设置。</translation>
    </message>
    <message>
        <source>This is not JSON: {reason}</source>
        <translation>这不是 JSON：{reason}</translation>
    </message>
    <message>
        <source>Use one of: {choices}</source>
        <translation>请使用以下之一：{choices}</translation>
    </message>
    <message>
        <source>Use true or false.</source>
        <translation>请使用 true 或 false。</translation>
    </message>
    <message>
        <source>This cannot be empty.</source>
        <translation>此项不能为空。</translation>
    </message>
    <message>
        <source>Choose at least {least}.</source>
        <translation>请至少选择 {least} 项。</translation>
    </message>
    <message>
        <source>Use at most {limit} characters.</source>
        <translation>请使用不超过 {limit} 个字符。</translation>
    </message>
    <message>
        <source>This cannot be used: {reason}</source>
        <translation>无法使用此内容：{reason}</translation>
    </message>
    <message>
        <source>Use a number from {lowest} to {highest}.</source>
        <translation>请填写 {lowest} 到 {highest} 之间的数字。</translation>
    </message>
    <message>
        <source>Use a whole number from {lowest} to {highest}.</source>
        <translation>请填写 {lowest} 到 {highest} 之间的整数。</translation>
    </message>
    <message>
        <source>Use a number from {lowest} up.</source>
        <translation>请填写不小于 {lowest} 的数字。</translation>
    </message>
    <message>
        <source>Use a number.</source>
        <translation>请填写数字。</translation>
    </message>
    <message>
        <source>There are no clips or no pictures to make attacks from.</source>
        <translation>缺少用于制作攻击样本的视频片段或图片。</translation>
    </message>
    <message>
        <source>Name a folder with clips, and one with pictures of faces.</source>
        <translation>请指定一个视频片段文件夹和一个人脸图片文件夹。</translation>
    </message>
    <message>
        <source>The clip cannot be written: {path}</source>
        <translation>无法写入视频片段：{path}</translation>
    </message>
    <message>
        <source>it is not UTF-8</source>
        <translation>不是 UTF-8 编码</translation>
    </message>
    <message>
        <source>its first line names no version</source>
        <translation>第一行没有版本号</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>内容为空</translation>
    </message>
    <message>
        <source>The consent text cannot be used: {path} ({reason})</source>
        <translation>无法使用同意书：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Write it in UTF-8, with a first line such as “Version: 3”, and name it again.</source>
        <translation>请用 UTF-8 编写，第一行类似“Version: 3”，然后重新指定。</translation>
    </message>
    <message>
        <source>Fewer than two people have more than {count} pictures in: {path}</source>
        <translation>图片多于 {count} 张的人不足两个：{path}</translation>
    </message>
    <message>
        <source>Enrol fewer pictures a person, or give more.</source>
        <translation>请减少每人的登记图片，或提供更多图片。</translation>
    </message>
    <message>
        <source>it holds no folder for a person</source>
        <translation>其中没有人员文件夹</translation>
    </message>
    <message>
        <source>The columns of {path} cannot be used: {found}</source>
        <translation>无法使用 {path} 的列：{found}</translation>
    </message>
    <message>
        <source>The first line must name, each once: {needed}; and may name: {others}.</source>
        <translation>第一行必须包含以下各列，且每列仅一次：{needed}；还可包含：{others}。</translation>
    </message>
    <message>
        <source>There are more cells than columns.</source>
        <translation>单元格多于列数。</translation>
    </message>
    <message>
        <source>Put cells with a comma in them into quotes.</source>
        <translation>含逗号的单元格请加引号。</translation>
    </message>
    <message>
        <source>Not a date: {text}</source>
        <translation>不是日期：{text}</translation>
    </message>
    <message>
        <source>Write it like 2027-01-31.</source>
        <translation>请按 2027-01-31 的格式填写。</translation>
    </message>
    <message>
        <source>There are too few people in: {path}</source>
        <translation>人数太少：{path}</translation>
    </message>
    <message>
        <source>Live faces and attacks are not both in: {path}</source>
        <translation>未同时找到真人和攻击样本：{path}</translation>
    </message>
    <message>
        <source>Put clips or pictures into “live” and into a folder for each species of attack.</source>
        <translation>请将视频片段或图片放入“live”文件夹，并为每种攻击各建一个文件夹。</translation>
    </message>
    <message>
        <source>The list of answers cannot be used: {path} ({reason})</source>
        <translation>无法使用应答列表：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Each line needs a clip, seconds and movements, with tabs between them.</source>
        <translation>每行需要视频片段、秒数和动作，以制表符分隔。</translation>
    </message>
    <message>
        <source>There is no frame in: {path}</source>
        <translation>没有任何帧：{path}</translation>
    </message>
    <message>
        <source>{variable} in the environment sets this.</source>
        <translation>此项由环境变量 {variable} 设定。</translation>
    </message>
    <message>
        <source>Change or remove that variable, then start Facelatch again.</source>
        <translation>请更改或移除该变量，然后重新启动 Facelatch。</translation>
    </message>
    <message>
        <source>A backup cannot take the place of the database itself: {path}</source>
        <translation>备份不能取代数据库本身：{path}</translation>
    </message>
    <message>
        <source>Name another file.</source>
        <translation>请指定其他文件。</translation>
    </message>
    <message>
        <source>There is no such backup: {path}</source>
        <translation>没有此备份：{path}</translation>
    </message>
    <message>
        <source>See those there are with: facelatch store backups</source>
        <translation>查看现有备份：facelatch store backups</translation>
    </message>
    <message>
        <source>This mark was already removed.</source>
        <translation>此标记已不存在。</translation>
    </message>
    <message>
        <source>Open the person again.</source>
        <translation>请重新查看此人。</translation>
    </message>
    <message>
        <source>More than one id begins with “{beginning}”.</source>
        <translation>有多个 ID 以“{beginning}”开头。</translation>
    </message>
    <message>
        <source>Give a longer part of the id.</source>
        <translation>请输入更多字符。</translation>
    </message>
    <message>
        <source>No id begins with “{beginning}”.</source>
        <translation>没有以“{beginning}”开头的 ID。</translation>
    </message>
    <message>
        <source>See the ids with: facelatch people show NAME</source>
        <translation>查看 ID：facelatch people show NAME</translation>
    </message>
    <message>
        <source>A person cannot be merged with themselves.</source>
        <translation>不能将一个人与其自身合并。</translation>
    </message>
    <message>
        <source>Choose two different entries.</source>
        <translation>请选择两个不同的条目。</translation>
    </message>
    <message>
        <source>Not a valid badge number: “{badge}”</source>
        <translation>这不是工牌号：“{badge}”</translation>
    </message>
    <message>
        <source>Use 1 to {limit} letters, digits or symbols.</source>
        <translation>请使用 1 到 {limit} 个字母、数字或符号。</translation>
    </message>
    <message>
        <source>The note is too long: {length} characters.</source>
        <translation>备注过长：{length} 个字符。</translation>
    </message>
    <message>
        <source>The person would never be recognised: the end is not after the beginning.</source>
        <translation>此人将永远无法被识别：结束时间不晚于开始时间。</translation>
    </message>
    <message>
        <source>Choose a later end, or an earlier beginning.</source>
        <translation>请选择更晚的结束时间，或更早的开始时间。</translation>
    </message>
    <message>
        <source>This template was already removed.</source>
        <translation>此模板已不存在。</translation>
    </message>
    <message>
        <source>This is not a list of numbers of templates: {text}</source>
        <translation>这不是模板数量列表：{text}</translation>
    </message>
    <message>
        <source>For example: 10000,100000</source>
        <translation>例如：10000,100000</translation>
    </message>
    <message>
        <source>The checkpoint cannot be used: {path} ({reason})</source>
        <translation>无法使用检查点：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Give another folder for this run, or the settings that the checkpoint was made with.</source>
        <translation>请为此次运行指定另一个文件夹，或使用生成该检查点时的设置。</translation>
    </message>
    <message>
        <source>The training pictures cannot be used: {path} ({reason})</source>
        <translation>无法使用训练图片：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Give a folder with a folder of pictures for each person, or a RecordIO file with its .idx beside it.</source>
        <translation>请提供每人一个图片文件夹的文件夹，或旁边带有 .idx 的 RecordIO 文件。</translation>
    </message>
    <message>
        <source>The checkpoint cannot be written: {path} ({reason})</source>
        <translation>无法写入检查点：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Free disk space, then run the same command again: it continues from the last checkpoint.</source>
        <translation>请腾出磁盘空间，然后再次运行同一命令：会从上一个检查点继续。</translation>
    </message>
    <message>
        <source>Training diverged at step {step}: the loss is {loss}.</source>
        <translation>训练在第 {step} 步发散：损失为 {loss}。</translation>
    </message>
    <message>
        <source>Choose a smaller learning rate. The last checkpoint is from before the failure.</source>
        <translation>请选择更小的学习率。上一个检查点是此前保存的。</translation>
    </message>
    <message>
        <source>Not enough GPUs for PyTorch {version}: {needed} needed, {found} found.</source>
        <translation>PyTorch {version} 可用的 GPU 不足：需要 {needed} 个，找到 {found} 个。</translation>
    </message>
    <message>
        <source>Leave --device out to compute on the CPU, or install PyTorch&apos;s build for your GPU and its driver.</source>
        <translation>去掉 --device 以使用 CPU 计算，或安装适合您 GPU 的 PyTorch 版本及其驱动程序。</translation>
    </message>
    <message>
        <source>There is not enough memory for {batch} faces a step.</source>
        <translation>内存不足，无法每步处理 {batch} 张人脸。</translation>
    </message>
    <message>
        <source>Choose a smaller batch. The run continues from its checkpoint.</source>
        <translation>请选择更小的批量。没有丢失任何内容：会从检查点继续。</translation>
    </message>
    <message>
        <source>The results in {path} cannot be continued: {reason}</source>
        <translation>无法继续 {path} 中的结果：{reason}</translation>
    </message>
    <message>
        <source>Give another folder or study, or the recipe and pictures it was started with.</source>
        <translation>请指定另一个文件夹或研究，或使用开始时的配方和图片。</translation>
    </message>
    <message>
        <source>The study&apos;s database cannot be used: {url} ({reason})</source>
        <translation>无法使用研究的数据库：{url}（{reason}）</translation>
    </message>
    <message>
        <source>For example: sqlite:///search.db or postgresql://user@host/database (extra “fleet”). Check the server.</source>
        <translation>例如：sqlite:///search.db 或 postgresql://user@host/database（附加组件“fleet”）。请确认服务器正在运行。</translation>
    </message>
    <message>
        <source>The exported file&apos;s output differs from the network&apos;s: cosine {cosine:.4f}.</source>
        <translation>导出的文件与网络的输出不一致：余弦 {cosine:.4f}。</translation>
    </message>
    <message>
        <source>The exported file&apos;s output differs from the network&apos;s: cosine {cosine:.4f}, landmarks {away:.2f} px.</source>
        <translation>导出的文件与网络的结果不一致：余弦 {cosine:.4f}，关键点相差 {away:.2f} 像素。</translation>
    </message>
    <message>
        <source>Please report this with the run&apos;s recipe.</source>
        <translation>请连同此次运行的配方一起报告此问题。</translation>
    </message>
    <message>
        <source>A student that starts from the shipped weights must have the same {differing}.</source>
        <translation>从随附权重开始的学生网络，其 {differing} 必须相同。</translation>
    </message>
    <message>
        <source>Change the recipe, or train from scratch with: facelatch lab train</source>
        <translation>请更改配方，或从头训练：facelatch lab train</translation>
    </message>
    <message>
        <source>There is no student with the same layers to start from: {path}</source>
        <translation>没有层结构相同、可作为起点的学生网络：{path}</translation>
    </message>
    <message>
        <source>Name the checkpoint.pt of a run of “lab distil” with the same architecture.</source>
        <translation>请指定相同结构的“lab distil”运行的 checkpoint.pt。</translation>
    </message>
    <message>
        <source>The weights cannot be read: {reason}</source>
        <translation>无法读取权重：{reason}</translation>
    </message>
    <message>
        <source>Give an ONNX file that the lab exported, or a shipped one.</source>
        <translation>请提供由 lab 导出的 ONNX 文件，或随附的文件。</translation>
    </message>
    <message>
        <source>These weights belong to another network: {reason}</source>
        <translation>这些权重属于另一个网络：{reason}</translation>
    </message>
    <message>
        <source>Give the architecture that the weights were trained in.</source>
        <translation>请指定训练这些权重时的网络结构。</translation>
    </message>
    <message>
        <source>This is no public key: {key}</source>
        <translation>这不是公钥：{key}</translation>
    </message>
    <message>
        <source>Give the 64 letters and digits that the export printed.</source>
        <translation>请提供导出时显示的 64 个字母和数字。</translation>
    </message>
    <message>
        <source>This signature cannot be checked ({reason}): {path}</source>
        <translation>无法检查此签名（{reason}）：{path}</translation>
    </message>
    <message>
        <source>The export and its .sig file have to lie beside each other.</source>
        <translation>导出文件与其 .sig 文件必须放在一起。</translation>
    </message>
    <message>
        <source>This file cannot be read ({reason}): {path}</source>
        <translation>无法读取此文件（{reason}）：{path}</translation>
    </message>
    <message>
        <source>Choose a bundle that “facelatch people export” has written.</source>
        <translation>请指定由“facelatch people export”写出的数据包。</translation>
    </message>
    <message>
        <source>A recovery code has 8 groups of 4 characters.</source>
        <translation>恢复码由 8 组组成，每组 4 个字符。</translation>
    </message>
    <message>
        <source>Type it as it is printed; dashes and letter case make no difference.</source>
        <translation>请按打印的内容输入；短横线和大小写不影响。</translation>
    </message>
    <message>
        <source>Group {number} of the recovery code is mistyped.</source>
        <translation>恢复码的第 {number} 组输入有误。</translation>
    </message>
    <message>
        <source>Compare it with the printed code.</source>
        <translation>请与打印件核对。</translation>
    </message>
    <message>
        <source>This kiosk has its own people, who are not on the server.</source>
        <translation>此门禁终端有服务器不知道的人员。</translation>
    </message>
    <message>
        <source>Export them, import them on the server, and give the kiosk an empty data directory.</source>
        <translation>请将其导出，在服务器上导入，并为门禁终端指定一个空的数据目录。</translation>
    </message>
    <message>
        <source>The server is busy with another change: {path}</source>
        <translation>服务器正忙于另一项更改：{path}</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请稍后再试。</translation>
    </message>
    <message>
        <source>Not an address of a PostgreSQL database: {url}</source>
        <translation>这不是 PostgreSQL 数据库的地址：{url}</translation>
    </message>
    <message>
        <source>Use the form postgresql://user@host/database</source>
        <translation>写法示例：postgresql://user@host/database</translation>
    </message>
    <message>
        <source>There is no row “{name}” in the ablation.</source>
        <translation>消融实验中没有“{name}”这一行。</translation>
    </message>
    <message>
        <source>There are: {names}</source>
        <translation>可用的有：{names}</translation>
    </message>
    <message>
        <source>The run is not finished: {path} is missing.</source>
        <translation>运行尚未完成：缺少 {path}。</translation>
    </message>
    <message>
        <source>Train it first, with: facelatch lab multitask train</source>
        <translation>请先训练：facelatch lab multitask train</translation>
    </message>
    <message>
        <source>The cached embeddings cannot be used: {path} ({reason})</source>
        <translation>无法使用缓存的特征向量：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Name another file for the cache, or delete this one.</source>
        <translation>请指定另一个缓存文件，或删除此文件。</translation>
    </message>
    <message>
        <source>The earlier report is not of the same protocol and pictures.</source>
        <translation>较早的报告不是相同的协议和图片。</translation>
    </message>
    <message>
        <source>Compare reports that were made with the same lists and the same pictures.</source>
        <translation>请比较用相同列表和相同图片生成的报告。</translation>
    </message>
    <message>
        <source>The earlier report cannot be read: {path} ({reason})</source>
        <translation>无法读取较早的报告：{path}（{reason}）</translation>
    </message>
    <message>
        <source>Give the .json file that was written beside a report.</source>
        <translation>请指定与报告一同写入的 .json 文件。</translation>
    </message>
    <message>
        <source>The list cannot be used: {path} ({reason})</source>
        <translation>无法使用该列表：{path}（{reason}）</translation>
    </message>
    <message>
        <source>See docs/evaluation/protocols.md for the form of each list.</source>
        <translation>各列表的格式见 docs/evaluation/protocols.md。</translation>
    </message>
    <message>
        <source>No person can be enrolled, or none is left who is not enrolled.</source>
        <translation>没有可登记的人，或没有剩余的未登记者。</translation>
    </message>
    <message>
        <source>Give a folder for each person, with two pictures of some of them.</source>
        <translation>请为每个人提供一个文件夹，其中一些人要有两张图片。</translation>
    </message>
    <message>
        <source>No person has two pictures with a face, or no distractor shows a face.</source>
        <translation>没有人有两张带人脸的图片，或没有干扰图片含有人脸。</translation>
    </message>
    <message>
        <source>Give probes of people with several pictures, and distractors of others.</source>
        <translation>请提供有多张图片的人作为探针，并以其他人作为干扰。</translation>
    </message>
    <message>
        <source>The lists do not fit: template “{template}” is in a pair and has no pictures.</source>
        <translation>列表不匹配：模板“{template}”出现在配对中但没有图片。</translation>
    </message>
    <message>
        <source>Give the list of templates that the list of pairs belongs to.</source>
        <translation>请提供与配对列表对应的模板列表。</translation>
    </message>
    <message>
        <source>There is no model “{name}” that computes templates.</source>
        <translation>没有可计算模板的模型“{name}”。</translation>
    </message>
    <message>
        <source>Nothing was changed. See the models with: facelatch models list</source>
        <translation>未作任何更改。可用以下命令查看模型：facelatch models list</translation>
    </message>
    <message>
        <source>Only {able} people have the pictures that enrolling {people} needs.</source>
        <translation>只有 {able} 人的图片足够，而登记需要 {people} 人。</translation>
    </message>
    <message>
        <source>Enrol fewer people, with fewer templates.</source>
        <translation>请减少登记人数或每人的模板数。</translation>
    </message>
    <message>
        <source>No stranger or no enrolled person has enough pictures for the attempts.</source>
        <translation>没有陌生人或已登记人员有足够的图片用于这些尝试。</translation>
    </message>
    <message>
        <source>Use fewer attempts, templates or pictures of a run.</source>
        <translation>请减少尝试次数、模板数或每轮的图片数。</translation>
    </message>
</context>
<context>
    <name>kiosk</name>
    <message>
        <source>Not recognised</source>
        <translation>未识别</translation>
    </message>
    <message>
        <source>Not clear who you are</source>
        <translation>无法确定您是谁</translation>
    </message>
    <message>
        <source>No people enrolled here</source>
        <translation>这里没有已登记的人</translation>
    </message>
    <message>
        <source>Liveness check failed</source>
        <translation>活体检测未通过</translation>
    </message>
    <message>
        <source>The check was not finished</source>
        <translation>检测未完成</translation>
    </message>
    <message>
        <source>Cannot see you well</source>
        <translation>看不清您</translation>
    </message>
    <message>
        <source>No access here</source>
        <translation>您无权由此进入</translation>
    </message>
    <message>
        <source>Closed at this time</source>
        <translation>当前时段不开放</translation>
    </message>
    <message>
        <source>Your access has ended</source>
        <translation>您的权限已到期</translation>
    </message>
    <message>
        <source>Unknown badge</source>
        <translation>未知工牌</translation>
    </message>
    <message>
        <source>This badge is locked</source>
        <translation>此工牌暂时锁定</translation>
    </message>
    <message>
        <source>Too many unknown badges. Try again later</source>
        <translation>未知工牌过多，请稍后再试</translation>
    </message>
    <message>
        <source>Wrong PIN</source>
        <translation>PIN 错误</translation>
    </message>
    <message>
        <source>There is no such PIN</source>
        <translation>没有此 PIN</translation>
    </message>
    <message>
        <source>The door did not open</source>
        <translation>门未打开</translation>
    </message>
    <message>
        <source>Ask for help.</source>
        <translation>请寻求帮助。</translation>
    </message>
    <message>
        <source>Use your PIN, or ask for help.</source>
        <translation>请使用 PIN，或寻求帮助。</translation>
    </message>
    <message>
        <source>Blink</source>
        <translation>请眨眼</translation>
    </message>
    <message>
        <source>Turn your head left</source>
        <translation>请向左转头</translation>
    </message>
    <message>
        <source>Turn your head right</source>
        <translation>请向右转头</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>请抬头</translation>
    </message>
    <message>
        <source>Smile</source>
        <translation>请微笑</translation>
    </message>
    <message>
        <source>Open your mouth</source>
        <translation>请张嘴</translation>
    </message>
    <message>
        <source>Raise your eyebrows</source>
        <translation>请抬起眉毛</translation>
    </message>
    <message>
        <source>This terminal is out of service</source>
        <translation>此终端暂停使用</translation>
    </message>
    <message>
        <source>Step out of view to try again.</source>
        <translation>请先离开画面，再重试。</translation>
    </message>
    <message>
        <source>Show your badge</source>
        <translation>请出示工牌</translation>
    </message>
    <message>
        <source>Look at the camera</source>
        <translation>请看向摄像头</translation>
    </message>
    <message>
        <source>Access granted</source>
        <translation>已允许通行</translation>
    </message>
    <message>
        <source>Step away before you use this terminal again.</source>
        <translation>再次使用此终端前，请先离开。</translation>
    </message>
    <message>
        <source>Your badge was read.</source>
        <translation>已读取您的工牌。</translation>
    </message>
    <message>
        <source>Hold still</source>
        <translation>请保持不动</translation>
    </message>
    <message>
        <source>Hold still while the screen shines on you</source>
        <translation>屏幕照亮您时请保持不动</translation>
    </message>
    <message>
        <source>Step {number} of {count}</source>
        <translation>第 {number} 步，共 {count} 步</translation>
    </message>
    <message>
        <source>Good, look straight</source>
        <translation>很好，请正视前方</translation>
    </message>
    <message>
        <source>You will be asked to move.</source>
        <translation>接下来会要求您做动作。</translation>
    </message>
    <message>
        <source>Look straight at the camera</source>
        <translation>请正视摄像头</translation>
    </message>
    <message>
        <source>Move your head a little</source>
        <translation>请稍微动一下头</translation>
    </message>
    <message>
        <source>This shows that you are not a picture.</source>
        <translation>以确认您不是照片。</translation>
    </message>
    <message>
        <source>Welcome, {name}</source>
        <translation>欢迎，{name}</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>An action failed: {problem}</source>
        <translation>一项操作失败：{problem}</translation>
    </message>
    <message>
        <source>Too many attempts</source>
        <translation>尝试次数过多</translation>
    </message>
    <message>
        <source>Too many wrong PINs</source>
        <translation>PIN 错误次数过多</translation>
    </message>
    <message>
        <source>{name}, your PIN</source>
        <translation>{name}，请输入 PIN</translation>
    </message>
    <message>
        <source>Enter the PIN</source>
        <translation>请输入 PIN</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>The camera shows no picture</source>
        <translation>摄像头没有画面</translation>
    </message>
    <message>
        <source>Wait {time}</source>
        <translation>请等待 {time}</translation>
    </message>
    <message>
        <source>There is no admin PIN</source>
        <translation>没有管理员 PIN</translation>
    </message>
    <message>
        <source>Set one with: facelatch pin set --admin</source>
        <translation>设置方法：facelatch pin set --admin</translation>
    </message>
    <message>
        <source>Type the admin PIN.</source>
        <translation>请输入管理员 PIN。</translation>
    </message>
    <message>
        <source>It lets you leave the kiosk.</source>
        <translation>用于退出门禁终端。</translation>
    </message>
    <message>
        <source>Admin PIN</source>
        <translation>管理员 PIN</translation>
    </message>
    <message>
        <source>Spoken prompts are off: this computer has no speech program.</source>
        <translation>无法语音提示：此电脑没有语音程序。</translation>
    </message>
</context>
<context>
    <name>liveness</name>
    <message>
        <source>Show your own face</source>
        <translation>请露出您自己的脸</translation>
    </message>
    <message>
        <source>Hold up a printed photo, flat</source>
        <translation>请平举一张打印的照片</translation>
    </message>
    <message>
        <source>Bend the printed photo</source>
        <translation>请弯曲打印的照片</translation>
    </message>
    <message>
        <source>Hold up a picture on a phone</source>
        <translation>请举起手机上的图片</translation>
    </message>
    <message>
        <source>Hold up a video on a phone</source>
        <translation>请举起手机上的视频</translation>
    </message>
    <message>
        <source>Look at the camera and do what you are asked for.</source>
        <translation>请看着摄像头，并按要求做动作。</translation>
    </message>
    <message>
        <source>A face in life size. Move and tilt it as an attacker would.</source>
        <translation>人脸与真人一样大。像攻击者那样移动和倾斜。</translation>
    </message>
    <message>
        <source>Bend it around your hand and turn it to and fro.</source>
        <translation>将照片弯在手上，来回转动。</translation>
    </message>
    <message>
        <source>Bring it so near that its edges are out of the picture.</source>
        <translation>靠近到边缘在画面之外。</translation>
    </message>
    <message>
        <source>A person who moves, blinks and turns the head.</source>
        <translation>视频中的人会移动、眨眼和转头。</translation>
    </message>
    <message>
        <source>Your face</source>
        <translation>您的脸</translation>
    </message>
    <message>
        <source>Printed photo</source>
        <translation>打印的照片</translation>
    </message>
    <message>
        <source>Bent photo</source>
        <translation>弯曲的照片</translation>
    </message>
    <message>
        <source>Picture on a phone</source>
        <translation>手机上的图片</translation>
    </message>
    <message>
        <source>Video on a phone</source>
        <translation>手机上的视频</translation>
    </message>
    <message>
        <source>{errors} of {trials} passed</source>
        <translation>{trials} 次中通过 {errors} 次</translation>
    </message>
    <message>
        <source>{errors} of {trials} refused</source>
        <translation>{trials} 次中拒绝 {errors} 次</translation>
    </message>
    <message>
        <source>Movements asked for</source>
        <translation>要求的动作</translation>
    </message>
    <message>
        <source>Depth of the head</source>
        <translation>头部的深度</translation>
    </message>
    <message>
        <source>Light of the screen</source>
        <translation>屏幕的光照</translation>
    </message>
    <message>
        <source>Frames that repeat</source>
        <translation>重复的画面</translation>
    </message>
    <message>
        <source>Edges of a device</source>
        <translation>设备的边缘</translation>
    </message>
    <message>
        <source>Pattern of a screen</source>
        <translation>屏幕的纹理</translation>
    </message>
    <message>
        <source>Kind of camera</source>
        <translation>摄像头类型</translation>
    </message>
    <message>
        <source>Texture of the face</source>
        <translation>面部纹理</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>未通过</translation>
    </message>
    <message>
        <source>not enough seen</source>
        <translation>信息不足</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Passive</source>
        <translation>被动</translation>
    </message>
    <message>
        <source>Challenge</source>
        <translation>动作验证</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>严格</translation>
    </message>
</context>
<context>
    <name>reasons</name>
    <message>
        <source>Too dark: {value}, needs {limit}.</source>
        <translation>太暗：{value}，需要 {limit}。</translation>
    </message>
    <message>
        <source>Too bright: {value}, at most {limit}.</source>
        <translation>太亮：{value}，最多 {limit}。</translation>
    </message>
    <message>
        <source>Too far away: {value} pixels between the eyes, needs {limit}.</source>
        <translation>太远：两眼间距 {value} 像素，需要 {limit}。</translation>
    </message>
    <message>
        <source>Cut off: {value} % of the face is in the picture, needs {limit} %.</source>
        <translation>不完整：人脸有 {value} % 在画面中，需要 {limit} %。</translation>
    </message>
    <message>
        <source>Turned away by {value}°, at most {limit}°.</source>
        <translation>侧转 {value}°，最多 {limit}°。</translation>
    </message>
    <message>
        <source>Looking up or down by {value}°, at most {limit}°.</source>
        <translation>抬头或低头 {value}°，最多 {limit}°。</translation>
    </message>
    <message>
        <source>Eyes closed: opening {value}, needs {limit}.</source>
        <translation>眼睛闭合：睁开程度 {value}，需要 {limit}。</translation>
    </message>
    <message>
        <source>Blurred: sharpness {value}, needs {limit}.</source>
        <translation>模糊：清晰度 {value}，需要 {limit}。</translation>
    </message>
    <message>
        <source>Not good enough to be judged: {value}, needs {limit}.</source>
        <translation>质量不足，无法判断：{value}，需要 {limit}。</translation>
    </message>
    <message>
        <source>Not good enough to be judged.</source>
        <translation>质量不足，无法判断。</translation>
    </message>
    <message>
        <source>No people are enrolled.</source>
        <translation>没有已登记的人。</translation>
    </message>
    <message>
        <source>Marked as not {name}.</source>
        <translation>已标记为不是 {name}。</translation>
    </message>
    <message>
        <source>Not similar enough: {value}, needs {limit}.</source>
        <translation>相似度不足：{value}，需要 {limit}。</translation>
    </message>
    <message>
        <source>Two people fit: {value} apart, needs {limit}.</source>
        <translation>有两人相符：相差 {value}，需要 {limit}。</translation>
    </message>
    <message>
        <source>The liveness check failed.</source>
        <translation>活体检测未通过。</translation>
    </message>
    <message>
        <source>The person is not active.</source>
        <translation>此人已停用。</translation>
    </message>
    <message>
        <source>The person is not valid yet.</source>
        <translation>此人的有效期尚未开始。</translation>
    </message>
    <message>
        <source>The person&apos;s validity has ended.</source>
        <translation>此人的有效期已结束。</translation>
    </message>
    <message>
        <source>The person is not valid at this time.</source>
        <translation>此人目前不在有效期内。</translation>
    </message>
    <message>
        <source>The person&apos;s groups have no access here.</source>
        <translation>此人所在的组在此处无权进入。</translation>
    </message>
    <message>
        <source>No access at this time.</source>
        <translation>当前时段不允许进入。</translation>
    </message>
    <message>
        <source>Too many failed attempts.</source>
        <translation>失败次数过多。</translation>
    </message>
    <message>
        <source>Liveness is not shown yet.</source>
        <translation>尚未证实为活体。</translation>
    </message>
    <message>
        <source>Liveness is not checked.</source>
        <translation>未进行活体检测。</translation>
    </message>
    <message>
        <source>Turn on a light or face the window.</source>
        <translation>请开灯或面向窗户。</translation>
    </message>
    <message>
        <source>Turn away from the light.</source>
        <translation>请避开强光。</translation>
    </message>
    <message>
        <source>Move a little closer.</source>
        <translation>请再靠近一点。</translation>
    </message>
    <message>
        <source>Move into the picture.</source>
        <translation>请移到画面中。</translation>
    </message>
    <message>
        <source>Look at the camera.</source>
        <translation>请看向摄像头。</translation>
    </message>
    <message>
        <source>Open your eyes.</source>
        <translation>请睁开眼睛。</translation>
    </message>
    <message>
        <source>Hold still.</source>
        <translation>请保持不动。</translation>
    </message>
    <message>
        <source>Enrol the first person.</source>
        <translation>请登记第一个人。</translation>
    </message>
    <message>
        <source>If that is wrong, remove the mark on the People page.</source>
        <translation>如果标记有误，请在“人员”页中移除。</translation>
    </message>
    <message>
        <source>If you are enrolled, face the light and look at the camera.</source>
        <translation>如果您已登记，请面向光线并看向摄像头。</translation>
    </message>
    <message>
        <source>Look straight at the camera.</source>
        <translation>请正对摄像头。</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>How the window looks.</source>
        <translation>窗口的显示方式。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Dark, light, high contrast, or the system&apos;s own.</source>
        <translation>深色、浅色、高对比度，或跟随系统。</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The system&apos;s own, English or Chinese.</source>
        <translation>跟随系统、英语或中文。</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>简体中文</source>
        <translation>简体中文</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>The camera and its picture.</source>
        <translation>画面的来源。</translation>
    </message>
    <message>
        <source>A number or name of a webcam, a file, a folder of pictures, an address (rtsp://, http://), or &quot;demo&quot;.</source>
        <translation>USB 摄像头的编号或名称、文件、图片文件夹、地址（rtsp://、http://），或“demo”。</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Requested from a webcam, which may deliver another size.</source>
        <translation>向 USB 摄像头请求的值；实际可能不同。</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Mirror the picture</source>
        <translation>镜像画面</translation>
    </message>
    <message>
        <source>Mirrors the picture on the screen. Recognition always uses the unmirrored picture.</source>
        <translation>像镜子一样显示画面。识别始终使用未镜像的画面。</translation>
    </message>
    <message>
        <source>Recognition</source>
        <translation>识别</translation>
    </message>
    <message>
        <source>How faces are detected and matched.</source>
        <translation>如何查找和匹配人脸。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The name of the embedding model in the manifest. Templates of other models are not compared.</source>
        <translation>特征提取模型在清单中的名称。其他模型的模板不参与比对。</translation>
    </message>
    <message>
        <source>Strictness</source>
        <translation>严格程度</translation>
    </message>
    <message>
        <source>false match rate</source>
        <translation>误识率</translation>
    </message>
    <message>
        <source>Margin to the runner-up</source>
        <translation>与第二名的差距</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>The best match must exceed the second-best person by this much; otherwise it counts as ambiguous.</source>
        <translation>匹配者的相似度必须比第二名高出这么多，否则视为无法确定是谁。</translation>
    </message>
    <message>
        <source>Score of several templates</source>
        <translation>多个模板的得分</translation>
    </message>
    <message>
        <source>How the similarities to a person&apos;s templates become one score. With the mean template, fewer people are wrongly refused at the same security; only people with several templates are affected.</source>
        <translation>如何把与一个人各模板的相似度合成一个得分。加入平均模板后，在同等安全性下错误拒绝更少；只影响有多个模板的人。</translation>
    </message>
    <message>
        <source>Nearest template</source>
        <translation>最近的模板</translation>
    </message>
    <message>
        <source>Maximum number of faces</source>
        <translation>同时处理的人脸数</translation>
    </message>
    <message>
        <source>The largest number of faces processed per frame.</source>
        <translation>每帧画面最多查看的人脸数。</translation>
    </message>
    <message>
        <source>Landmarks by</source>
        <translation>关键点检测方式</translation>
    </message>
    <message>
        <source>MediaPipe, or its networks alone. Automatic uses the latter if measurements show them to be equal and faster.</source>
        <translation>MediaPipe，或只用它的网络；“自动”会在实测结果相同且更快时采用后者。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Low: one face, one thread, 480 pixels, 10 frames a second. Balanced: 640 pixels, 20 frames a second. Best: full resolution, and the average with the mirrored face. Automatic: full resolution, reduced while frames take too long, on battery, or when the machine is hot.</source>
        <translation>低：一张人脸、一个线程、480 像素的画面、每秒 10 次。均衡：640 像素、20 次。最佳：每一帧的完整画面，并与镜像人脸取平均。自动：同样但不取平均；当帧处理超时、使用电池或过热时会减少。</translation>
    </message>
    <message>
        <source>The automatic profile reduces the work step by step while more than one frame in twenty exceeds this limit.</source>
        <translation>当超过二十分之一的帧耗时更长时，“自动”会逐步减少工作。</translation>
    </message>
    <message>
        <source>Average with the mirrored face</source>
        <translation>与镜像人脸取平均</translation>
    </message>
    <message>
        <source>Slightly more accurate; computing the embedding takes twice as long.</source>
        <translation>准确度略高；提取特征向量的用时加倍。</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Minimum quality of a face that is compared.</source>
        <translation>人脸满足哪些条件才会进行判断。</translation>
    </message>
    <message>
        <source>Between the irises. Below it, the face is too small.</source>
        <translation>两眼虹膜之间的距离。低于此值则人脸太小。</translation>
    </message>
    <message>
        <source>variance of the Laplacian</source>
        <translation>拉普拉斯方差</translation>
    </message>
    <message>
        <source>Of the aligned face. Below it, the face is blurred.</source>
        <translation>以对齐后的人脸计算。低于此值则人脸模糊。</translation>
    </message>
    <message>
        <source>of 255</source>
        <translation>（满值 255）</translation>
    </message>
    <message>
        <source>Mean luminance of the aligned face.</source>
        <translation>对齐后人脸的平均亮度。</translation>
    </message>
    <message>
        <source>degrees</source>
        <translation>度</translation>
    </message>
    <message>
        <source>Left or right.</source>
        <translation>向左或向右。</translation>
    </message>
    <message>
        <source>Up or down.</source>
        <translation>向上或向下。</translation>
    </message>
    <message>
        <source>height / width</source>
        <translation>高 / 宽</translation>
    </message>
    <message>
        <source>Of the more closed eye.</source>
        <translation>以睁得较小的那只眼睛为准。</translation>
    </message>
    <message>
        <source>of 1</source>
        <translation>（满值 1）</translation>
    </message>
    <message>
        <source>Below it, the face is cut off.</source>
        <translation>低于此值则人脸不完整。</translation>
    </message>
    <message>
        <source>Enrolment</source>
        <translation>登记</translation>
    </message>
    <message>
        <source>How people are enrolled.</source>
        <translation>如何登记人员。</translation>
    </message>
    <message>
        <source>Directions asked for</source>
        <translation>要求的方向</translation>
    </message>
    <message>
        <source>Front alone is quick; the others help to recognise a turned head. Front is required.</source>
        <translation>只用正面最快；其他方向有助于识别转动的头部。必须包含正面。</translation>
    </message>
    <message>
        <source>Front</source>
        <translation>正面</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>向左</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>向右</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>向上</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>向下</translation>
    </message>
    <message>
        <source>Turn to the side</source>
        <translation>侧转角度</translation>
    </message>
    <message>
        <source>Requested to the left and to the right, measured from the frontal pose.</source>
        <translation>要求向左和向右转动的角度，以此人正视时的位置为起点。</translation>
    </message>
    <message>
        <source>A turn that differs by more does not count.</source>
        <translation>转动角度相差超过此值则不算。</translation>
    </message>
    <message>
        <source>Requested upwards and downwards, measured from the frontal pose.</source>
        <translation>要求向上和向下俯仰的角度，以此人正视时的位置为起点。</translation>
    </message>
    <message>
        <source>Hold each direction for</source>
        <translation>每个方向保持</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Consecutive frames of sufficient quality.</source>
        <translation>连续合格的帧数。</translation>
    </message>
    <message>
        <source>Pictures kept of each direction</source>
        <translation>每个方向保留的照片数</translation>
    </message>
    <message>
        <source>The best ones; fewer if they are near-duplicates.</source>
        <translation>保留最好的照片；照片相近时会更少。</translation>
    </message>
    <message>
        <source>Pictures kept of a folder</source>
        <translation>每个文件夹保留的照片数</translation>
    </message>
    <message>
        <source>The probability, 0 to 1, that a mask or dark glasses cover the face. At 1, every face passes.</source>
        <translation>判定口罩或墨镜遮住人脸所需的把握，0 到 1。设为 1 时一律通过。</translation>
    </message>
    <message>
        <source>Margin of the self-test</source>
        <translation>自检差距</translation>
    </message>
    <message>
        <source>A new picture must be this much more similar to the new templates than to any other person&apos;s.</source>
        <translation>新拍画面与新照片的相似度，必须比与其他任何人的相似度高出这么多。</translation>
    </message>
    <message>
        <source>A new person this similar to an enrolled person is reported as enrolled already.</source>
        <translation>新人与某个已登记的人相似到此程度时，会提示此人已登记。</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Enrolment is cancelled after this time.</source>
        <translation>超过此时间，登记将放弃。</translation>
    </message>
    <message>
        <source>Liveness</source>
        <translation>活体检测</translation>
    </message>
    <message>
        <source>Presentation attack detection: whether a face is a living person&apos;s.</source>
        <translation>如何判断人脸是否来自真人。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Passive</source>
        <translation>被动</translation>
    </message>
    <message>
        <source>Challenge</source>
        <translation>动作验证</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>严格</translation>
    </message>
    <message>
        <source>Movements in a challenge</source>
        <translation>动作验证的动作数</translation>
    </message>
    <message>
        <source>More movements take longer and are harder to replay from a recording.</source>
        <translation>动作越多，用时越长，也越难被事先录好的视频碰巧蒙混。</translation>
    </message>
    <message>
        <source>Time for each movement</source>
        <translation>每个动作的时限</translation>
    </message>
    <message>
        <source>Increase it for people who move slowly.</source>
        <translation>对行动较慢的人，请留出更多时间。</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Of text, pictures and controls, in addition to the system&apos;s scaling.</source>
        <translation>文字、图片和控件的缩放，叠加在系统缩放之上。</translation>
    </message>
    <message>
        <source>strangers</source>
        <translation>个陌生人</translation>
    </message>
    <message>
        <source>Of this many strangers who try, one may be accepted as any enrolled person. The threshold follows from it and from the people enrolled. 0: the rate for comparisons with one person applies to the search among all people too.</source>
        <translation>在这么多尝试的陌生人中，允许有 1 人被误认为任一已登记人员。阈值由此值和已登记人员得出。0：在所有人中搜索时也使用与单人比对的误识率。</translation>
    </message>
    <message>
        <source>Strictness with one person</source>
        <translation>与单人比对的严格程度</translation>
    </message>
    <message>
        <source>Where a face is compared with one claimed person only: the share of strangers that would be accepted, from 1e-2 to 1e-6.</source>
        <translation>人脸只与声称的一人比对时：会被接受的陌生人比例，从 1e-2 到 1e-6。</translation>
    </message>
    <message>
        <source>Nearest and mean</source>
        <translation>最近与平均</translation>
    </message>
    <message>
        <source>MediaPipe</source>
        <translation>MediaPipe</translation>
    </message>
    <message>
        <source>Its networks alone</source>
        <translation>仅其网络</translation>
    </message>
    <message>
        <source>Processing profile</source>
        <translation>识别的资源投入</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>Time limit for a frame</source>
        <translation>每帧的最长时间</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>Threads per network</source>
        <translation>每个网络的线程数</translation>
    </message>
    <message>
        <source>0 uses the engine and the number of threads that were measured to be fastest; any other number uses the CPU.</source>
        <translation>0 表示使用实测最快的引擎和线程数；其他数字表示只用 CPU。</translation>
    </message>
    <message>
        <source>Minimum eye distance</source>
        <translation>最小眼距</translation>
    </message>
    <message>
        <source>Minimum sharpness</source>
        <translation>最低清晰度</translation>
    </message>
    <message>
        <source>Minimum brightness</source>
        <translation>最低亮度</translation>
    </message>
    <message>
        <source>Maximum brightness</source>
        <translation>最高亮度</translation>
    </message>
    <message>
        <source>Maximum turn to the side</source>
        <translation>最大侧转角度</translation>
    </message>
    <message>
        <source>Maximum nod</source>
        <translation>最大俯仰角度</translation>
    </message>
    <message>
        <source>Minimum opening of the eyes</source>
        <translation>最小睁眼程度</translation>
    </message>
    <message>
        <source>Minimum share of the face in the picture</source>
        <translation>人脸在画面内的最小比例</translation>
    </message>
    <message>
        <source>Tolerance straight ahead</source>
        <translation>正面的容差</translation>
    </message>
    <message>
        <source>A head turned or tilted by less than this looks to the front.</source>
        <translation>头部侧转和俯仰小于此值时视为正面。</translation>
    </message>
    <message>
        <source>Tolerance of a turn</source>
        <translation>侧转的容差</translation>
    </message>
    <message>
        <source>Nod up and down</source>
        <translation>上下俯仰</translation>
    </message>
    <message>
        <source>Tolerance of a nod</source>
        <translation>俯仰的容差</translation>
    </message>
    <message>
        <source>A nod that differs by more does not count.</source>
        <translation>俯仰角度相差超过此值则不计入。</translation>
    </message>
    <message>
        <source>Near-duplicates from</source>
        <translation>近似重复的界限</translation>
    </message>
    <message>
        <source>Of two pictures that are at least this similar, only the better one is kept.</source>
        <translation>两张照片至少达到此相似度时，只保留较好的一张。</translation>
    </message>
    <message>
        <source>Refuse covered faces from</source>
        <translation>拒绝遮挡人脸的界限</translation>
    </message>
    <message>
        <source>Frames of the self-test</source>
        <translation>自检的帧数</translation>
    </message>
    <message>
        <source>Frames of sufficient quality after which the self-test fails.</source>
        <translation>自检失败前允许经过的合格帧数。</translation>
    </message>
    <message>
        <source>Same person from</source>
        <translation>视为同一人的界限</translation>
    </message>
    <message>
        <source>Time limit</source>
        <translation>时限</translation>
    </message>
    <message>
        <source>Off; passive: a network and the depth of the head; challenge: request movements; strict: all must pass.</source>
        <translation>关闭；被动：由神经网络和头部深度判断；动作：要求做出动作；严格：全部都要通过。</translation>
    </message>
    <message>
        <source>Time to hold still</source>
        <translation>静止所需时间</translation>
    </message>
    <message>
        <source>The face must look straight ahead for half a second before the first movement is requested.</source>
        <translation>人脸须正视前方半秒，之后才会要求做动作。</translation>
    </message>
    <message>
        <source>Movements that may be asked for</source>
        <translation>可要求的动作</translation>
    </message>
    <message>
        <source>Exclude movements that the people in front of this camera cannot make.</source>
        <translation>请去掉此摄像头前的人无法完成的动作。</translation>
    </message>
    <message>
        <source>Blink</source>
        <translation>眨眼</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>向左转头</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>向右转头</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>抬头</translation>
    </message>
    <message>
        <source>Smile</source>
        <translation>微笑</translation>
    </message>
    <message>
        <source>Open mouth</source>
        <translation>张嘴</translation>
    </message>
    <message>
        <source>Raise brows</source>
        <translation>抬眉</translation>
    </message>
    <message>
        <source>Speak the prompts</source>
        <translation>语音播报提示</translation>
    </message>
    <message>
        <source>For people who cannot see the screen. Requires the system&apos;s speech service; on Linux, speech-dispatcher.</source>
        <translation>适用于看不见屏幕的人。需要系统的语音程序；在 Linux 上是 speech-dispatcher。</translation>
    </message>
    <message>
        <source>Light challenge</source>
        <translation>光照验证</translation>
    </message>
    <message>
        <source>Shows soft colours on the screen and checks their reflection on the face. Fewer than 3 changes a second, of low contrast.</source>
        <translation>让屏幕柔和变色，观察人脸是否随之变化。每秒少于 3 次，且对比度低。</translation>
    </message>
    <message>
        <source>The camera delivers mirrored pictures</source>
        <translation>摄像头输出镜像画面</translation>
    </message>
    <message>
        <source>Rare. Swaps left and right in a challenge.</source>
        <translation>少见。动作验证中的左右会互换。</translation>
    </message>
    <message>
        <source>Refuse virtual cameras</source>
        <translation>拒绝虚拟摄像头</translation>
    </message>
    <message>
        <source>A virtual camera can show any picture.</source>
        <translation>伪装成摄像头的程序可以显示任何内容。</translation>
    </message>
    <message>
        <source>Contains a manifest.toml with rows of kind &quot;liveness&quot;, and their ONNX files. Empty: none.</source>
        <translation>其中包含 manifest.toml（含 kind 为 &quot;liveness&quot; 的条目）及相应的 ONNX 文件。留空：不使用。</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Which data is stored, and for how long.</source>
        <translation>保留哪些人员信息和事件，以及保留多久。</translation>
    </message>
    <message>
        <source>Controller</source>
        <translation>数据控制者</translation>
    </message>
    <message>
        <source>Name and address of who is responsible for the data. The consent text names them.</source>
        <translation>数据负责方的名称和地址。同意书中会写明。</translation>
    </message>
    <message>
        <source>File with your own consent text</source>
        <translation>自备同意书文件</translation>
    </message>
    <message>
        <source>UTF-8 text that begins with a line such as &quot;Version: 3&quot;. Empty: the text shipped with the program.</source>
        <translation>UTF-8 文本，开头须有一行，例如 &quot;Version: 3&quot;。留空：使用程序自带的文本。</translation>
    </message>
    <message>
        <source>Keep a small picture of each template</source>
        <translation>为每个模板保留小图</translation>
    </message>
    <message>
        <source>112 × 112 pixels, about 4 kB each. Off: no picture of a face is stored.</source>
        <translation>112 × 112 像素，每张约 4 kB。关闭：不保留任何能看出面貌的内容。</translation>
    </message>
    <message>
        <source>Erase people after</source>
        <translation>人员删除期限</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>Counted from the day of enrolment, for people enrolled from now on. 0: never.</source>
        <translation>从登记之日起计算，适用于此后登记的人员。0：永不删除。</translation>
    </message>
    <message>
        <source>Record recognised and unrecognised faces</source>
        <translation>记录谁被识别、谁未被识别</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Sign-in to the window.</source>
        <translation>谁需要登录。</translation>
    </message>
    <message>
        <source>Suggest an admin password</source>
        <translation>建议设置管理员密码</translation>
    </message>
    <message>
        <source>When the window starts and no admin password is set.</source>
        <translation>在没有管理员密码时，于窗口启动时提示。</translation>
    </message>
    <message>
        <source>Sign out after</source>
        <translation>自动退出登录</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>Time without input in the window. 0: never.</source>
        <translation>窗口中无人操作的时长。0：从不。</translation>
    </message>
    <message>
        <source>In the audit log: time, person, similarity and reason of each final decision. No picture and no template is stored with it, but it shows who was present and when.</source>
        <translation>写入审计记录：每张人脸得出结果后，记下时间、人员、相似度和原因。不会随之保存照片或模板，但能看出谁在何时来过。</translation>
    </message>
    <message>
        <source>Use the shipped liveness network</source>
        <translation>使用随附的活体检测网络</translation>
    </message>
    <message>
        <source>Tells a face from a print or a screen by its texture. Without any network, the policy &quot;passive&quot; never passes.</source>
        <translation>根据纹理区分真人面部与打印照片或屏幕。没有任何网络时，“被动”策略不会通过。</translation>
    </message>
    <message>
        <source>Folder of more liveness networks</source>
        <translation>其他活体检测网络的文件夹</translation>
    </message>
    <message>
        <source>Keep the audit log for</source>
        <translation>审计记录保留期限</translation>
    </message>
    <message>
        <source>Older events of every kind are removed while the window or the kiosk is open. 0 keeps all of them.</source>
        <translation>窗口或门禁终端打开期间，会删除更早的各类事件。0：全部保留。</translation>
    </message>
</context>
<context>
    <name>situation</name>
    <message>
        <source>Recognition is not running.</source>
        <translation>目前没有进行识别。</translation>
    </message>
    <message>
        <source>Recognition has stopped.</source>
        <translation>识别已停止。</translation>
    </message>
    <message>
        <source>Loading the models</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>This takes a few seconds when the program starts.</source>
        <translation>程序启动时需要几秒钟。</translation>
    </message>
    <message>
        <source>Opening {camera}</source>
        <translation>正在打开 {camera}</translation>
    </message>
    <message>
        <source>A webcam needs a second or two; a network camera, sometimes ten.</source>
        <translation>网络摄像头有时需要十秒，USB 摄像头只需一两秒。</translation>
    </message>
    <message>
        <source>The video has ended</source>
        <translation>视频已结束</translation>
    </message>
    <message>
        <source>“{name}” has been played to the end.</source>
        <translation>“{name}”已播放完毕。</translation>
    </message>
    <message>
        <source>Play it again, or choose something else to watch.</source>
        <translation>请重新播放，或选择其他来源。</translation>
    </message>
    <message>
        <source>There will be no automatic retry.</source>
        <translation>不会自动重试。</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>The camera is switched off.</source>
        <translation>摄像头已关闭。</translation>
    </message>
    <message>
        <source>Faces are not analysed until you continue.</source>
        <translation>继续之前不会分析人脸。</translation>
    </message>
    <message>
        <source>Waiting for the next picture.</source>
        <translation>正在等待下一帧画面。</translation>
    </message>
    <message>
        <source>the demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>camera {number}</source>
        <translation>摄像头 {number}</translation>
    </message>
</context>
<context>
    <name>texts</name>
    <message>
        <source>Too dark: turn on a light or face the window</source>
        <translation>太暗：请开灯或面向窗户</translation>
    </message>
    <message>
        <source>Too bright: turn away from the light</source>
        <translation>太亮：请避开强光</translation>
    </message>
    <message>
        <source>Move a little closer</source>
        <translation>请再靠近一点</translation>
    </message>
    <message>
        <source>Move into the picture</source>
        <translation>请移到画面中</translation>
    </message>
    <message>
        <source>Look at the camera</source>
        <translation>请看向摄像头</translation>
    </message>
    <message>
        <source>Open your eyes</source>
        <translation>请睁开眼睛</translation>
    </message>
    <message>
        <source>Hold still</source>
        <translation>请保持不动</translation>
    </message>
    <message>
        <source>No face in view: {rate} frames analysed per second.</source>
        <translation>画面中没有人脸：每秒分析 {rate} 帧。</translation>
    </message>
    <message>
        <source>Frames take too long: {rate} analysed per second.</source>
        <translation>处理太慢：每秒分析 {rate} 帧。</translation>
    </message>
    <message>
        <source>On battery: {rate} frames analysed per second.</source>
        <translation>使用电池：每秒分析 {rate} 帧。</translation>
    </message>
    <message>
        <source>The computer is hot: {rate} frames analysed per second.</source>
        <translation>电脑过热：每秒分析 {rate} 帧。</translation>
    </message>
    <message>
        <source>To save time: {savings}.</source>
        <translation>为节省时间：{savings}。</translation>
    </message>
    <message>
        <source>no averaging with the mirrored face</source>
        <translation>不与镜像人脸取平均</translation>
    </message>
    <message>
        <source>face detection at {side} pixels</source>
        <translation>以 {side} 像素检测人脸</translation>
    </message>
    <message>
        <source>one face at a time</source>
        <translation>一次一张人脸</translation>
    </message>
    <message>
        <source>Come into the picture</source>
        <translation>请进入画面</translation>
    </message>
    <message>
        <source>One person at a time, please</source>
        <translation>请一次只来一个人</translation>
    </message>
    <message>
        <source>This looks like someone else</source>
        <translation>看起来是另一个人</translation>
    </message>
    <message>
        <source>Take off the mask or the dark glasses</source>
        <translation>请摘下口罩或墨镜</translation>
    </message>
    <message>
        <source>A little less</source>
        <translation>幅度请小一点</translation>
    </message>
    <message>
        <source>Hold it there</source>
        <translation>请保持这个姿势</translation>
    </message>
    <message>
        <source>Look straight at the camera</source>
        <translation>请正对摄像头</translation>
    </message>
    <message>
        <source>Turn your head slowly to your left</source>
        <translation>请慢慢向左转头</translation>
    </message>
    <message>
        <source>Turn your head slowly to your right</source>
        <translation>请慢慢向右转头</translation>
    </message>
    <message>
        <source>Lift your chin a little</source>
        <translation>请稍微抬起下巴</translation>
    </message>
    <message>
        <source>Lower your chin a little</source>
        <translation>请稍微收低下巴</translation>
    </message>
    <message>
        <source>The new pictures did not recognise you</source>
        <translation>新照片未能识别出本人</translation>
    </message>
    <message>
        <source>No picture from the front</source>
        <translation>没有正面照片</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>正在查看</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Recognised, not verified</source>
        <translation>已识别，未验证</translation>
    </message>
    <message>
        <source>Not recognised</source>
        <translation>未识别</translation>
    </message>
    <message>
        <source>Cannot tell</source>
        <translation>无法判断</translation>
    </message>
    <message>
        <source>Denied</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Not clear who</source>
        <translation>无法确定是谁</translation>
    </message>
    <message>
        <source>No people enrolled</source>
        <translation>没有已登记的人</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>采集</translation>
    </message>
    <message>
        <source>Detect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>Embed</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>Liveness</source>
        <translation>活体</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比对</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>总计</translation>
    </message>
    <message>
        <source>Relaxed: 1 stranger in {count}</source>
        <translation>宽松：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Normal: 1 stranger in {count}</source>
        <translation>标准：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Strict: 1 stranger in {count}</source>
        <translation>严格：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Strictest: 1 stranger in {count}</source>
        <translation>最严格：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Custom: 1 stranger in {count}</source>
        <translation>自定义：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>fewer than 1 in {count}</source>
        <translation>低于 1/{count}</translation>
    </message>
    <message>
        <source>1 in {count}</source>
        <translation>1/{count}</translation>
    </message>
    <message>
        <source>That took too long</source>
        <translation>用时过长</translation>
    </message>
    <message>
        <source>Look straight at the camera once more</source>
        <translation>请再正视摄像头一次</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>For each person: 1 stranger in {count}</source>
        <translation>每人：每 {count} 个陌生人中有 1 个</translation>
    </message>
    <message>
        <source>Fewer than 1 in {count} strangers would reach this</source>
        <translation>每 {count} 个陌生人中不到 1 个能达到</translation>
    </message>
    <message>
        <source>Most strangers would reach this</source>
        <translation>大多数陌生人都能达到</translation>
    </message>
    <message>
        <source>About 1 in {count} strangers would reach this</source>
        <translation>每 {count} 个陌生人中约有 1 个能达到</translation>
    </message>
    <message>
        <source>Similarity {value}, needs {threshold}</source>
        <translation>相似度 {value}，需要 {threshold}</translation>
    </message>
    <message>
        <source>Few templates</source>
        <translation>模板太少</translation>
    </message>
    <message>
        <source>Add templates.</source>
        <translation>请添加模板。</translation>
    </message>
    <message>
        <source>Add templates from sharp, evenly lit pictures.</source>
        <translation>请用清晰且光线均匀的照片添加模板。</translation>
    </message>
    <message>
        <source>Close to the threshold. Add templates to both.</source>
        <translation>接近阈值。请为两人添加模板。</translation>
    </message>
    <message>
        <source>Far enough apart.</source>
        <translation>差别足够大。</translation>
    </message>
    <message>
        <source>Of a million strangers, at most {high} would be taken for a given person</source>
        <translation>每百万陌生人中，最多 {high} 个会被误认为某一个人</translation>
    </message>
    <message>
        <source>Of a million strangers, about {count} would be taken for a given person</source>
        <translation>每百万陌生人中，约有 {count} 个会被误认为某一个人</translation>
    </message>
    <message>
        <source>Templates: {count}. Quality {quality} %</source>
        <translation>模板：{count}。质量 {quality} %</translation>
    </message>
    <message>
        <source>Similarity {value}</source>
        <translation>相似度 {value}</translation>
    </message>
    <message>
        <source>{low} to {high}, by the model&apos;s reference</source>
        <translation>{low} 到 {high}，依据模型的参考数据</translation>
    </message>
    <message>
        <source>{low} to {high}. Counted: {errors} of {trials}</source>
        <translation>{low} 到 {high}。计数：{trials} 次中有 {errors} 次</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>Inactive</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Not yet valid</source>
        <translation>尚未生效</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>No template for this model</source>
        <translation>没有此模型的模板</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Badge</source>
        <translation>工牌</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Enrolled</source>
        <translation>登记时间</translation>
    </message>
    <message>
        <source>Half of the templates differ from the others</source>
        <translation>半数模板与其余模板不相似</translation>
    </message>
    <message>
        <source>One template differs from the others</source>
        <translation>有一个模板与其余模板不相似</translation>
    </message>
    <message>
        <source>Low picture quality</source>
        <translation>照片质量差</translation>
    </message>
    <message>
        <source>Re-enrol this person in even light.</source>
        <translation>请在均匀光线下重新登记此人。</translation>
    </message>
    <message>
        <source>Check that all pictures show this person. Add more like the odd one, or retire it.</source>
        <translation>请确认所有照片都是此人。请添加与异常模板相近的照片，或停用该模板。</translation>
    </message>
    <message>
        <source>Check whether this is one person enrolled twice.</source>
        <translation>请确认是否为同一人登记了两次。</translation>
    </message>
    <message>
        <source>They can be confused. Raise strictness.</source>
        <translation>两人可能被互相误认。请调高严格程度。</translation>
    </message>
    <message>
        <source>How often enrolled people are refused is unknown</source>
        <translation>已登记人员被拒绝的频率未知</translation>
    </message>
    <message>
        <source>Of a hundred attempts by enrolled people, at most {high} would be refused</source>
        <translation>已登记人员每一百次尝试，至多 {high} 次会被误拒</translation>
    </message>
    <message>
        <source>Of a hundred attempts by enrolled people, about {count} would be refused</source>
        <translation>已登记人员每一百次尝试，约 {count} 次会被误拒</translation>
    </message>
    <message>
        <source>Of {count} strangers who try once, one is accepted ({people} enrolled).</source>
        <translation>每 {count} 个尝试一次的陌生人中有 1 人会被接受（已登记 {people} 人）。</translation>
    </message>
    <message>
        <source>This model holds no more with {people} people. For more, use badges or a second factor.</source>
        <translation>登记 {people} 人时，此模型无法保证更多。如需更严格，请使用工牌或第二因素。</translation>
    </message>
    <message>
        <source>Templates: {count}, lowest similarity {lowest}. Quality {quality} %</source>
        <translation>模板：{count}，最低相似度 {lowest}。质量 {quality} %</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Already here, updated</source>
        <translation>已有，已更新</translation>
    </message>
    <message>
        <source>Already here, nothing to change</source>
        <translation>已有，无需更改</translation>
    </message>
    <message>
        <source>Name taken: merged with the existing entry</source>
        <translation>重名：与现有条目合并</translation>
    </message>
    <message>
        <source>Name taken: skipped</source>
        <translation>重名：跳过</translation>
    </message>
    <message>
        <source>Erased here before: skipped</source>
        <translation>曾在此删除：跳过</translation>
    </message>
    <message>
        <source>Name taken: added with a number</source>
        <translation>重名：加编号添加</translation>
    </message>
    <message>
        <source>The system&apos;s keyring</source>
        <translation>系统密钥环</translation>
    </message>
    <message>
        <source>A passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>A key file</source>
        <translation>密钥文件</translation>
    </message>
    <message>
        <source>The recovery code</source>
        <translation>恢复码</translation>
    </message>
    <message>
        <source>Available while you are logged in. A stolen disk or backup stays unreadable.</source>
        <translation>登录系统后可用。被盗的磁盘或备份无法读取。</translation>
    </message>
    <message>
        <source>Required at every start. A stolen disk or backup stays unreadable.</source>
        <translation>每次启动时都需要输入。被盗的磁盘或备份无法读取。</translation>
    </message>
    <message>
        <source>Needs no input. Protects a stolen database or backup, but not a stolen disk that also contains the key file.</source>
        <translation>无需输入。可保护被盗的数据库或备份，但无法保护同时含有密钥文件的被盗磁盘。</translation>
    </message>
    <message>
        <source>For use when every other key is lost.</source>
        <translation>其他密钥都丢失时使用。</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>手动</translation>
    </message>
    <message>
        <source>Before an update</source>
        <translation>更新前</translation>
    </message>
    <message>
        <source>Before a restore</source>
        <translation>恢复前</translation>
    </message>
</context>
</TS>
